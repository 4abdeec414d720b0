// Somebody else's text within a message: on one line, and not a long one.

const LONGEST = 200

/** The text in quotation marks, its control characters escaped, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text))
}

/** The text, cut where it is long. */
export function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** Several of them, with `or` between. */
export function anyOf(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).map(quoted)
  if (texts.length > shown.length) shown.push(`one of ${texts.length - shown.length} more`)
  return shown.join(' or ')
}
