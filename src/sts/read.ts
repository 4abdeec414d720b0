// Reads the members that results of STS are made of, each of which must be there and be what it is.

import { child, optionalChild, textOf, XmlError, type XmlNode } from '../query/xml.ts'

/** The text of a member that cannot be empty. */
export function readText(parent: XmlNode, name: string): string {
  const text = textOf(child(parent, name))
  if (text === '') throw new XmlError(`<${name}> is empty`)
  return text
}

/** The text of a member that may be absent. */
export function readOptionalText(parent: XmlNode, name: string): string | undefined {
  const element = optionalChild(parent, name)
  return element === undefined ? undefined : textOf(element)
}

/** A time as RFC 3339 and Smithy's `date-time` have it, with or without a fraction. */
export function readDate(parent: XmlNode, name: string): Date {
  const text = textOf(child(parent, name))
  const date = new Date(text)
  const isDateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
  // `Date` takes the 30th of February for the 2nd of March, and 24:00 for the next day.
  const hasSuchTime = isDateTime && isSameTime(`${text.slice(0, 19)}Z`)
  if (!hasSuchTime || Number.isNaN(date.getTime())) throw new XmlError(`<${name}> is no date`)
  return date
}

function isSameTime(utc: string): boolean {
  const date = new Date(utc)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === utc.slice(0, 19)
}
