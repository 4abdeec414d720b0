// What of a reply may be shown in an error: its text without secrets, on one line, with control characters
// made visible.

const JWT = /eyJ[\w-]*(?:\.[\w-]*)*/g
// A key, a session token, half a JWT, percent-encoded or not: no word of a person is as long.
const LONG_RUN = /[\w+/=%-]{40,}/g
// C0, C1, and the characters that reorder or hide text.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

const EXCERPT_LENGTH = 200

/** The text without any of these secrets and without any JWT, control characters made visible. */
export function redact(text: string, secrets: readonly string[]): string {
  return makeVisible(withoutSecrets(text, secrets))
}

/** The beginning of a text that may hold anything, quoted; long runs of token characters are taken out too. */
export function excerpt(text: string, secrets: readonly string[]): string {
  if (text === '') return 'an empty body'
  const shown = withoutSecrets(text, secrets).replace(LONG_RUN, '[redacted]')
  const characters = Array.from(shown.slice(0, 2 * EXCERPT_LENGTH))
  const isCut = characters.length > EXCERPT_LENGTH
  return `"${makeVisible(characters.slice(0, EXCERPT_LENGTH).join(''))}"${isCut ? '…' : ''}`
}

/** A header of a response, as it may be shown; `undefined` when there is none. */
export function headerOf(response: Response, name: string, secrets: readonly string[]): string | undefined {
  const value = response.headers.get(name)
  return value === null ? undefined : redact(value, secrets).slice(0, 100)
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let shown = text
  for (const secret of secrets) {
    shown = shown.replaceAll(secret, '[redacted]').replaceAll(encodeURIComponent(secret), '[redacted]')
  }
  return shown.replace(JWT, '[redacted]')
}

function makeVisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
