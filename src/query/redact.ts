// What of somebody else's text may be shown in an error: without secrets, cut, control characters made visible.

import { percentEncode } from './form.ts'

const JWT = /eyJ[\w-]*(?:\.[\w-]*)*/g
// Pieces of a key, a session token or a JWT, also percent-encoded or with JSON's `\\/`.
const RUN = /[\w+/=%\\-]{12,}/g
// No word of a person is as long.
const LONG_RUN = /[\w+/=%\\-]{20,}/g
// C0, C1, and the characters that reorder or hide text.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

const REDACTED = '[redacted]'
const LONGEST_TEXT = 4000
const EXCERPT_LENGTH = 200
// As many characters in common with a secret are no accident.
const TELLTALE_LENGTH = 12

/** The text without any JWT and any part of these secrets, control characters made visible; cut at 4000. */
export function redact(text: string, secrets: readonly string[]): string {
  return makeVisible(withoutSecrets(text, secrets))
}

/** The beginning of a text that may hold anything, quoted; all long runs of token characters are taken out. */
export function excerpt(text: string, secrets: readonly string[]): string {
  if (text === '') return 'an empty body'
  const shown = Array.from(withoutSecrets(text, secrets).replace(LONG_RUN, REDACTED))
  const isCut = shown.length > EXCERPT_LENGTH
  return `"${makeVisible(shown.slice(0, EXCERPT_LENGTH).join(''))}"${isCut ? '…' : ''}`
}

/**
 * An error of somebody else's code as it may be kept for a cause: name, message, Node's `code` and three levels of
 * causes, without secrets and long runs. Its other members are dropped: undici's `HTTPParserError` holds the raw
 * bytes of a response, and with them a token.
 */
export function redactError(error: unknown, secrets: readonly string[], depth = 3): Error {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error))
  const show = (text: string) => makeVisible(withoutSecrets(text, secrets).replace(LONG_RUN, REDACTED))
  const kept =
    cause === undefined || depth === 0 ? undefined : { cause: redactError(cause, secrets, depth - 1) }
  const redacted = Object.defineProperty(new Error(show(message), kept), 'name', { value: show(name) })
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? Object.assign(redacted, { code: show(code) }) : redacted
}

/** A header of a response, as it may be shown; `undefined` when there is none. */
export function headerOf(response: Response, name: string, secrets: readonly string[]): string | undefined {
  const value = response.headers.get(name)
  return value === null ? undefined : redact(value, secrets).slice(0, 100)
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.map((secret) => secret.toLowerCase())
  return secrets
    .flatMap(spellingsOf)
    .reduce((shown, secret) => shown.replaceAll(secret, REDACTED), text.slice(0, LONGEST_TEXT))
    .replace(JWT, REDACTED)
    .replace(RUN, (run) => (isPartOf(known, unescaped(run).toLowerCase()) ? REDACTED : run))
}

// As it is, as the form has it, and as XML has it. A secret need not be made of token characters: a web identity
// token is what its issuer says.
function spellingsOf(secret: string): string[] {
  const xml = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
  const minimal = secret.replace(/[&<>]/g, (character) => xml[character as '&'])
  const escaped = secret.replace(/[&<>"']/g, (character) => xml[character as '&'])
  return [secret, percentEncode(secret), encodeURIComponent(secret), escaped, minimal]
}

function isPartOf(secrets: readonly string[], run: string): boolean {
  for (let start = 0; start + TELLTALE_LENGTH <= run.length; start++) {
    const piece = run.slice(start, start + TELLTALE_LENGTH)
    if (secrets.some((secret) => secret.includes(piece))) return true
  }
  return secrets.includes(run)
}

function unescaped(run: string): string {
  return run
    .replaceAll('\\/', '/')
    .replace(/(?:%|\\u00)([\da-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
}

function makeVisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
