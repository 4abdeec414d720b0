// xmldom's reader, which has no declarations of its own: as much of it as is used.

// biome-ignore lint/suspicious/noTsIgnore: Deno takes the module's types from its code, where nothing is to be expected
// @ts-ignore: it has no declarations
import { XMLReader } from '@xmldom/xmldom/lib/sax.js'

/** Told of what the reader meets, in the order of the document. */
export interface DomBuilder {
  /** Other than `text/html`, it is XML. */
  readonly mimeType: string
  readonly doc: { readonly documentElement: unknown }
  /** The element that is open; there is none outside the root. */
  readonly currentElement: unknown
  startDocument(): void
  endDocument(): void
  startElement(uri: string | null | undefined, localName: string, qName: string, attributes: Attributes): void
  endElement(): void
  startPrefixMapping(): void
  endPrefixMapping(): void
  /** The text is that part of `characters`. */
  characters(characters: string, start: number, length: number): void
  startCDATA(): void
  endCDATA(): void
  comment(): void
  processingInstruction(): void
  startDTD(): void
  endDTD(): void
}

export interface Attributes {
  readonly length: number
  getURI(index: number): string | null | undefined
  getQName(index: number): string
}

export interface ErrorHandler {
  warning(message: string): void
  error(message: string): void
  fatalError(message: string): never
}

export interface Reader {
  domBuilder: DomBuilder
  errorHandler: ErrorHandler
  parse(
    source: string,
    namespaces: Readonly<Record<string, string | null>>,
    entities: Readonly<Record<string, string>>,
  ): void
}

/** Of the shape that is declared here. */
export const makeReader = (): Reader => new XMLReader() as Reader
