// Reads XML strictly, by xmldom's reader alone: its DOM and its table of HTML's entities are three quarters of the
// package, and a reply is a tree of names and texts. `lib/sax.js` is no public entry of xmldom, so that its version is
// pinned exactly in package.json, and a test holds what is read here against xmldom's own DOMParser.
// https://www.w3.org/TR/xml/ https://www.w3.org/TR/xml-names/

import { isWellFormed } from './well-formed.ts'
import { XmlElement, XmlError } from './xml-element.ts'
import { type Attributes, type DomBuilder, type ErrorHandler, makeReader } from './xmldom-sax.ts'

/** The root of a document. @throws {XmlError} for whatever is not well-formed, and for a document type. */
export function parseXml(text: string): XmlElement {
  const tree = new TreeBuilder()
  const reader = makeReader()
  reader.domBuilder = tree
  reader.errorHandler = STRICT
  reader.parse(normalizeLineEndings(text), { '': null, xml: XML_NAMESPACE }, ENTITIES)
  if (tree.doc.documentElement === undefined) throw malformed()
  if (tree.hasDoctype) throw new XmlError('it has a document type declaration')
  if (!isWellFormed(text)) throw malformed()
  return tree.doc.documentElement
}

// The reader's own message is not kept: it may quote a token.
function malformed(): XmlError {
  return new XmlError('it is not well-formed')
}

// XML 1.0 §2.11. That of XML 1.1, which xmldom has, takes U+0085, U+2028 and U+2029 for line ends too.
function normalizeLineEndings(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/'

// XML 1.0 §4.6.
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

// Where nothing throws at a warning, the reader takes text around the root, undefined entities and unquoted attributes.
const STRICT: ErrorHandler = {
  warning(message) {
    // It tells of bytes that were no UTF-8: here they were decoded strictly, so that U+FFFD is a character which AWS
    // quotes, of a tag for instance.
    if (!message.startsWith('Unicode replacement character detected')) throw malformed()
  },
  error() {
    throw malformed()
  },
  fatalError() {
    throw malformed()
  },
}

class TreeBuilder implements DomBuilder {
  readonly mimeType = 'text/xml'
  readonly doc: { documentElement: XmlElement | undefined } = { documentElement: undefined }
  hasDoctype = false
  readonly #open: XmlElement[] = []

  get currentElement(): XmlElement | undefined {
    return this.#open.at(-1)
  }

  startElement(
    uri: string | null | undefined,
    localName: string,
    qName: string,
    attributes: Attributes,
  ): void {
    checkName(qName, uri)
    for (let index = 0; index < attributes.length; index++) {
      checkName(attributes.getQName(index), attributes.getURI(index))
    }
    const element = new XmlElement(localName)
    const parent = this.currentElement
    if (parent !== undefined) parent.children.push(element)
    else if (this.doc.documentElement === undefined) this.doc.documentElement = element
    else throw malformed() // a second root
    this.#open.push(element)
  }

  endElement(): void {
    this.#open.pop()
  }

  characters(characters: string, start: number, length: number): void {
    const element = this.currentElement
    if (element !== undefined) element.ownText += characters.slice(start, start + length)
  }

  startDTD(): void {
    if (this.hasDoctype) throw malformed() // a second one
    this.hasDoctype = true
  }

  startDocument(): void {}
  endDocument(): void {}
  startPrefixMapping(): void {}
  endPrefixMapping(): void {}
  startCDATA(): void {}
  endCDATA(): void {}
  comment(): void {}
  processingInstruction(): void {}
  endDTD(): void {}
}

// Namespaces in XML 1.0 §3, as far as the reader leaves it to the DOM: a prefix is declared, and `xml` and `xmlns` are
// what they are.
function checkName(qName: string, uri: string | null | undefined): void {
  const prefix = qName.includes(':') ? qName.slice(0, qName.indexOf(':')) : ''
  const isXmlns = prefix === 'xmlns' || qName === 'xmlns'
  const isUndeclared = prefix !== '' && !uri
  const isMisused = (prefix === 'xml' && uri !== XML_NAMESPACE) || isXmlns !== (uri === XMLNS_NAMESPACE)
  if (isUndeclared || isMisused) throw malformed()
}

// The engine compiles the reader's grammar when it is first used: here, while the first request is under way, and not
// between its reply and the caller.
parseXml('<a b="c">d</a>')
