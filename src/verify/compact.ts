// The compact form, strictly: RFC 7515 sections 2, 3.1 and 7.1. It says nothing about who signed.

import { base64url } from 'jose'
import { VerificationError } from '../errors.ts'
import { isJsonObject, type JsonObject, parseStrictJson } from './json.ts'

/** The longest token that is looked at. The longest that AWS was seen to mint has 20,378 characters. */
export const MAX_TOKEN_LENGTH = 32 * 1024

/** The parts of a token as they are written. */
export interface TokenParts {
  readonly header: string
  readonly claims: string
  /** Empty where there is none. */
  readonly signature: string
}

/** @throws {VerificationError} `malformed` */
export function splitCompact(token: string): TokenParts {
  const parts = token.split('.')
  const [header, claims, signature] = parts
  if (header === undefined || claims === undefined || signature === undefined || parts.length !== 3) {
    throw malformed(`A signed token has 3 parts with dots between them, and this has ${parts.length}`)
  }
  // Without one it is an unsecured JWT (RFC 7519 section 6), of which the algorithm tells more.
  if (signature !== '') refuseNonCanonical(signature, 'signature')
  return { header, claims, signature }
}

/** What the header says. @throws {VerificationError} `malformed` */
export function parseHeader({ header }: TokenParts): JsonObject {
  return parseObject(header, 'header')
}

/** What the claims say, with no word about whether it is true. @throws {VerificationError} `malformed` */
export function parseClaims({ claims }: TokenParts): JsonObject {
  return parseObject(claims, 'claims')
}

/** @throws {VerificationError} `malformed` */
export function checkSigned({ signature }: TokenParts): void {
  if (signature === '') throw malformed('It has no signature')
}

/** @throws {VerificationError} `malformed` for what is no text, or too long a one to look at. */
export function checkLength(token: unknown): asserts token is string {
  if (typeof token !== 'string') throw malformed('It is no string')
  if (token.length > MAX_TOKEN_LENGTH) throw malformed(`It has more than ${MAX_TOKEN_LENGTH} characters`)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * Whether a text is base64url in the one way in which its bytes can be written (RFC 4648 sections 3.2, 3.3 and
 * 3.5): no padding, no other character, no bit behind the last byte. Decoders are lenient in all three.
 */
export function isCanonicalBase64url(text: string): boolean {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return false
  const last = ALPHABET.indexOf(text.slice(-1))
  const unusedBits = [0, undefined, 4, 2][text.length % 4]
  return unusedBits !== undefined && last % 2 ** unusedBits === 0
}

function refuseNonCanonical(part: string, name: string): void {
  if (!isCanonicalBase64url(part)) throw malformed(`Its ${name} is no canonical base64url`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parseObject(part: string, name: string): JsonObject {
  refuseNonCanonical(part, name)
  let value: unknown
  try {
    value = parseStrictJson(textOf(part))
  } catch {
    // What the parser says is not kept: it quotes the text.
    throw malformed(`Its ${name} is no JSON in UTF-8 with each member once`)
  }
  if (!isJsonObject(value)) throw malformed(`Its ${name} is no JSON object`)
  return value
}

// Nearly every token is ASCII, for which the platform's own decoder is twice as fast.
function textOf(part: string): string {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  return /^[ -~]*$/.test(binary) ? binary : utf8.decode(base64url.decode(part))
}

function malformed(reason: string): VerificationError {
  return new VerificationError('malformed', `This is no token that can be read. ${reason}`)
}
