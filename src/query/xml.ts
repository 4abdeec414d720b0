// Loads the XML parser on demand.

import type { XmlElement } from './xml-element.ts'

/** Reads a document strictly and gives its root element. @throws {XmlError} for whatever is not well-formed. */
export type XmlParser = (text: string) => XmlElement

let loading: Promise<XmlParser> | undefined

/** Loads the parser, once; it is not in the way of the first request. A load that fails is tried anew by the next call. */
export function loadXmlParser(): Promise<XmlParser> {
  loading ??= importParser().catch((error: unknown) => {
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

async function importParser(): Promise<XmlParser> {
  return (await import('./xml-parser.ts')).parseXml
}
