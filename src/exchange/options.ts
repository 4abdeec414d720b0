// The rules that the options of several presets share.

import * as v from 'valibot'
import { isSecure } from '../http/secure-url.ts'
import type { SigningAlgorithm } from '../sts/get-web-identity-token-input.ts'
import { type Tag, text } from '../sts/session-input.ts'

/** The token's own options, which `checkRequest` looks at, with what suits the party where the caller says nothing. */
export function tokenEntries(signingAlgorithm: SigningAlgorithm, durationSeconds: number) {
  return {
    signingAlgorithm: v.optional(
      v.custom<SigningAlgorithm>(() => true),
      signingAlgorithm,
    ),
    durationSeconds: v.optional(
      v.custom<number>(() => true),
      durationSeconds,
    ),
    tags: v.optional(v.custom<readonly Tag[]>(() => true)),
  }
}

/** A URL to which a token may be sent. */
export const secureUrl = v.pipe(
  v.custom<string | URL>(
    (url) => (typeof url === 'string' || url instanceof URL) && URL.canParse(url),
    'must be a URL',
  ),
  v.transform((url) => new URL(url)),
  v.check(isSecure, 'must be https, or http on loopback: a token is sent there'),
  v.check(
    ({ username, password, hash }) => username === '' && password === '' && hash === '',
    'must have no user, password or fragment',
  ),
)

export const endpointEntries = { tokenEndpoint: v.optional(secureUrl) }

/** An identifier of the party's. */
export function identifier(pattern: RegExp, rule: string) {
  return v.pipe(v.string('must be a string'), v.regex(pattern, rule))
}

/** RFC 9562 section 4, in either case. */
export const uuid = (what: string) =>
  identifier(
    /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
    `must be ${what}, a UUID such as 11111111-2222-4333-8444-555555555555`,
  )

/** An identifier whose form the party does not document: letters, digits and the signs of identifiers. */
export const opaque = (what: string) => identifier(/^[\w.:/+=@~-]{1,256}$/, `must be ${what}, without spaces`)

/** Scopes as RFC 6749 section 3.3 has them, one or several. */
export const scopes = v.pipe(
  v.union([v.string(), v.array(v.string())], 'must be a string, or an array of them'),
  v.transform((given) => (typeof given === 'string' ? given : given.join(' '))),
  v.regex(/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'must be scopes of printable ASCII'),
)

/** One audience, as `checkRequest` wants it; several at once no party of these takes. */
export const audience = text(1, 1000)
