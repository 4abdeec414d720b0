// JSON as a signed claim must be read: one meaning and no other. RFC 7515 section 5.2 and RFC 7519 section 4 let a
// reader refuse duplicate members, of which `JSON.parse` silently takes the last. I-JSON, RFC 7493, section 2.

/** The members of a JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The value, frozen to its depth.
 *
 * @param text that was decoded from UTF-8, which has no half of a surrogate pair: only an escape can write one.
 * @throws {SyntaxError} for what is no JSON, holds a member twice, or holds half of a surrogate pair.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  const mayHoldHalves = SURROGATE_ESCAPE.test(text)
  let members = 0
  // A list and no recursion: 32 KiB of brackets would overflow the stack.
  const pending = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (mayHoldHalves && typeof next === 'string') refuseLoneSurrogates(next)
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next)) {
      const names = Object.keys(next)
      if (mayHoldHalves) names.forEach(refuseLoneSurrogates)
      members += names.length
    }
    pending.push(...Object.values(next))
    Object.freeze(next)
  }
  if (membersWritten(text) !== members) throw new SyntaxError('A member stands twice')
  return value
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member of the object's own: nothing that `Object.prototype` has, or was given, counts. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function refuseLoneSurrogates(text: string): void {
  if (!text.isWellFormed()) throw new SyntaxError('Half of a surrogate pair')
}

// In a text that parsed, each name is a string before a colon, and nothing else is: there are more of them than
// members when one was written twice, in whichever spelling.
function membersWritten(text: string): number {
  let names = 0
  for (let open = text.indexOf('"'); open >= 0; ) {
    let end = endOfString(text, open)
    while (isWhiteSpace(text[end])) end += 1
    if (text[end] === ':') names += 1
    open = text.indexOf('"', end)
  }
  return names
}

function isWhiteSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r'
}

/** The index behind the closing quotation mark, which is there, as the text parsed. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); ; close = text.indexOf('"', close + 1)) {
    let backslashes = 0
    while (text[close - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return close + 1
  }
}
