// The one seam to the XML parser: its module is loaded on demand, its leniencies are closed here, and an
// element is read only along a fixed path of local names. Nothing else in the client knows which parser it is.

import type { DOMParser } from '@xmldom/xmldom'
import { isWellFormed } from './well-formed.ts'

/** A node, as the DOM has it: as much of it as is read. */
export interface XmlNode {
  readonly nodeType: number
  readonly localName?: string | null
  readonly nodeValue: string | null
  readonly firstChild: XmlNode | null
  readonly nextSibling: XmlNode | null
}

/** Reads a document strictly and gives its root element. @throws {XmlError} for whatever is not well-formed. */
export type XmlParser = (text: string) => XmlNode

/**
 * The reply is not the XML that it should be. It never leaves `query/`: a `ResponseError` is made of it, which
 * knows the status and the content type as well. The parser's own message is not kept: it may quote a token.
 */
export class XmlError extends Error {}

let loading: Promise<XmlParser> | undefined

/**
 * Loads the parser, once. It is 31 KB gzip, nine tenths of the bundle, so it is not in the way of the first
 * request: see `send`. A load that fails is tried anew by the next call.
 */
export function loadXmlParser(): Promise<XmlParser> {
  loading ??= importXmldom().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

/**
 * Begins to load the parser one turn of the event loop later, when the request that was just begun is on the
 * wire: measured in workerd, evaluating the module at once holds up the socket and costs 60 % of the first
 * response, a turn later 7 %. Gives a function that calls it off.
 */
export function preloadXmlParser(): () => void {
  if (loading !== undefined) return () => {}
  const timer = setTimeout(() => {
    loadXmlParser().catch(() => {}) // whoever needs the parser meets this error itself
  })
  return () => clearTimeout(timer)
}

/** The only child element of this local name. @throws {XmlError} when there is none, or a second one. */
export function child(parent: XmlNode, name: string): XmlNode {
  const [first, second] = childrenOf(parent, name)
  if (first === undefined) throw new XmlError(`<${parent.localName}> has no <${name}>`)
  if (second !== undefined) throw new XmlError(`<${parent.localName}> has more than one <${name}>`)
  return first
}

/** Like {@link child}, but there may be none. */
export function optionalChild(parent: XmlNode, name: string): XmlNode | undefined {
  return childrenOf(parent, name).length === 0 ? undefined : child(parent, name)
}

/** The child elements of this local name, in their order. */
export function childrenOf(parent: XmlNode, name: string): XmlNode[] {
  const found: XmlNode[] = []
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === ELEMENT && node.localName === name) found.push(node)
  }
  return found
}

/** The text of an element, CDATA sections included. @throws {XmlError} when it holds elements. */
export function textOf(element: XmlNode): string {
  let text = ''
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === TEXT || node.nodeType === CDATA_SECTION) text += node.nodeValue ?? ''
    else if (node.nodeType === ELEMENT) throw new XmlError(`<${element.localName}> holds elements, not text`)
  }
  return text
}

const ELEMENT = 1
const TEXT = 3
const CDATA_SECTION = 4

async function importXmldom(): Promise<XmlParser> {
  const { DOMParser } = await import('@xmldom/xmldom')
  // Without an `onError` that throws at warnings too, it takes text around the root, undefined entities and
  // unquoted attributes. Its warning of U+FFFD tells of bytes that were no UTF-8: here they were decoded strictly, so
  // that it is a character which AWS quotes, of a tag for instance.
  const onError = (level: string, message: string) => {
    if (level === 'warning' && message.startsWith('Unicode replacement character detected')) return
    throw new XmlError()
  }
  // XML 1.0 section 2.11: xmldom's own way is that of XML 1.1, which takes U+0085, U+2028 and U+2029 for line ends too.
  const normalizeLineEndings = (text: string) => text.replace(/\r\n?/g, '\n')
  const parser = new DOMParser({ locator: false, onError, normalizeLineEndings })
  return (text) => {
    const document = parse(parser, text)
    if (document.doctype !== null) throw new XmlError('it has a document type declaration')
    if (document.documentElement === null || !isWellFormed(text)) throw new XmlError(MALFORMED)
    return document.documentElement
  }
}

const MALFORMED = 'it is not well-formed'

interface ParsedDocument {
  readonly doctype: unknown
  readonly documentElement: XmlNode | null
}

function parse(parser: DOMParser, text: string): ParsedDocument {
  try {
    return parser.parseFromString(text, 'text/xml')
  } catch {
    throw new XmlError(MALFORMED)
  }
}
