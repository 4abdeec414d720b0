// The XML envelopes of the AWS Query protocol: `<Operation>Response` with its result, and `ErrorResponse`.
// Smithy's specification "AWS Query protocol", sections on response and error serialization.

import type { Fault } from './fault.ts'

/** The members of a result in their order; `null` where an operation has none. */
export type Result = Structure | null

interface Structure {
  readonly [member: string]: string | Structure
}

/** What every answer carries besides its own content. */
export interface Envelope {
  /** In the XML and in the header `x-amzn-RequestId`. */
  readonly requestId: string
  /** The server's clock in milliseconds, for the header `Date`. */
  readonly now: number
  /** Of the XML; each service has its own. */
  readonly namespace: string
}

/** The answer to an operation that succeeded. */
export function resultResponse(operation: string, result: Result, envelope: Envelope): Response {
  const content =
    (result === null ? '' : element(`${operation}Result`, members(result))) +
    element('ResponseMetadata', element('RequestId', envelope.requestId))
  return xmlResponse(200, `${operation}Response`, content, envelope)
}

function members(structure: Structure): string {
  return Object.entries(structure)
    .map(([name, value]) => element(name, typeof value === 'string' ? escapeText(value) : members(value)))
    .join('')
}

/** The answer to a request that was refused. */
export function faultResponse(fault: Fault, envelope: Envelope): Response {
  const error =
    element('Type', fault.statusCode < 500 ? 'Sender' : 'Receiver') +
    element('Code', fault.code) +
    element('Message', escapeText(fault.message))
  const content = element('Error', error) + element('RequestId', envelope.requestId)
  return xmlResponse(fault.statusCode, 'ErrorResponse', content, envelope)
}

function xmlResponse(status: number, root: string, content: string, envelope: Envelope): Response {
  return new Response(`<${root} xmlns="${envelope.namespace}">${content}</${root}>`, {
    status,
    headers: {
      'Content-Type': 'text/xml',
      Date: new Date(envelope.now).toUTCString(),
      'x-amzn-RequestId': envelope.requestId,
    },
  })
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

// XML 1.0 section 2.2: what is not in this class can't stand in a document, not even as a reference.
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // `]]>` is forbidden in text (section 2.4).
  '>': '&gt;',
  // A raw carriage return would reach the reader as a line feed (section 2.11).
  '\r': '&#xD;',
}

function escapeText(text: string): string {
  return text.replace(notInXml, '\u{FFFD}').replace(/[&<>\r]/g, (character) => references[character] ?? '')
}
