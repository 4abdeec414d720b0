// The envelopes of the AWS Query protocol: `<Operation>Response` with its result, and `ErrorResponse`. Smithy's
// specification "AWS Query protocol", sections on response and error serialization; and the same as JSON, which STS was
// seen to answer to `Accept: application/json`.

import type { Fault } from './fault.ts'

/** The members of a result in their order; `null` where an operation has none. */
export type Result = Structure | null

interface Structure {
  readonly [member: string]: Value
}

type Value = string | number | boolean | Date | Structure

/** What every answer carries besides its own content. */
export interface Envelope {
  /** In the XML and in the header `x-amzn-RequestId`. */
  readonly requestId: string
  /** The server's clock in milliseconds, for the header `Date`. */
  readonly now: number
  /** Of the XML; each service has its own. */
  readonly namespace: string
  readonly format: 'xml' | 'json'
}

/** What the header `Accept` asks for: JSON only where it names it. */
export function formatOf(headers: Headers): Envelope['format'] {
  return headers.get('accept')?.toLowerCase().includes('application/json') ? 'json' : 'xml'
}

/** The answer to an operation that succeeded. */
export function resultResponse(operation: string, result: Result, envelope: Envelope): Response {
  const content = {
    ...(result !== null && { [`${operation}Result`]: result }),
    ResponseMetadata: { RequestId: envelope.requestId },
  }
  return response(200, `${operation}Response`, content, envelope)
}

/** The answer to a request that was refused. */
export function faultResponse({ statusCode, code, message }: Fault, envelope: Envelope): Response {
  const type = statusCode < 500 ? 'Sender' : 'Receiver'
  const content = { Error: { Type: type, Code: code, Message: message }, RequestId: envelope.requestId }
  return response(statusCode, 'ErrorResponse', content, envelope)
}

function response(status: number, root: string, content: Structure, envelope: Envelope): Response {
  const { format, namespace, now, requestId } = envelope
  const body =
    format === 'xml'
      ? `<${root} xmlns="${namespace}">${members(content)}</${root}>`
      : // An error has no root here.
        JSON.stringify(jsonOf(root === 'ErrorResponse' ? content : { [root]: content }))
  return new Response(isBodiless(status) ? null : body, {
    status,
    headers: {
      'Content-Type': format === 'xml' ? 'text/xml' : 'application/json',
      Date: new Date(now).toUTCString(),
      'x-amzn-RequestId': requestId,
    },
  })
}

/** Whether Fetch knows no body of that status, and throws at one. */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

function members(structure: Structure): string {
  return Object.entries(structure)
    .map(([name, value]) => `<${name}>${xmlOf(value)}</${name}>`)
    .join('')
}

function xmlOf(value: Value): string {
  if (value instanceof Date) return dateTime(value)
  return typeof value === 'object' ? members(value) : escapeText(String(value))
}

// AWS's JSON has times as seconds since 1970, with a fraction.
function jsonOf(value: Value): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]))
}

/** RFC 3339 in UTC, with a fraction only where there is one. */
export function dateTime(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z')
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
