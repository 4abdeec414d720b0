// Texts between quotation marks: as JSON has them (RFC 8259, section 7), YAML 1.2 (section 5.7), HCL and ECMAScript read
// them too, but for characters beyond U+FFFF that are written by their number.

import { InputError } from '../../errors.ts'

/** By its number, a character beyond U+FFFF. */
type Numbered = (codePoint: number) => string

/** As YAML and HCL write it. */
export const withCapitalU: Numbered = (codePoint) => `\\U${codePoint.toString(16).padStart(8, '0')}`

/** As ECMAScript writes it. */
export const withBraces: Numbered = (codePoint) => `\\u{${codePoint.toString(16)}}`

/** As JSON writes it: its two halves. */
export const asPair: Numbered = (codePoint) =>
  [...String.fromCodePoint(codePoint).split('')].map((half) => shortNumber(half.charCodeAt(0))).join('')

/** What does not print, or turns the direction of what prints, is written by its number. */
export function quoted(text: string, numbered: Numbered): string {
  return printable(JSON.stringify(text), numbered)
}

/** The same for a text that holds quoted ones, in lines. */
export function printable(text: string, numbered: Numbered): string {
  return text.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const codePoint = character.codePointAt(0) ?? 0
    return codePoint > 0xffff ? numbered(codePoint) : shortNumber(codePoint)
  })
}

function shortNumber(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** @throws {InputError} where a language would read a text as something else, and has no way to write it */
export function refuseReserved(texts: readonly string[], reserved: string, language: string): void {
  const found = texts.find((text) => text.includes(reserved))
  if (found === undefined) return
  throw new InputError(
    'format',
    `cannot be ${language}, which replaces what begins with ${reserved} in ${found}`,
  )
}
