// Shows what a token says, for looking.

import { checkLength, parseClaims, parseHeader, splitCompact } from './compact.ts'

/** What a token says. Anybody can have written it. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** No signature, no issuer and no time was looked at. */
  readonly trusted: false
}

/**
 * The header and the claims of a token, **without any trust**: for a log, for a test, never for a decision.
 *
 * @throws {VerificationError} `malformed`
 * @example
 * ```ts
 * import { decode } from 'aws-web-identity/verify'
 *
 * export const issuerOf = (token: string) => decode(token).claims['iss']
 * ```
 */
export function decode(token: string): DecodedToken {
  checkLength(token)
  const parts = splitCompact(token)
  return Object.freeze({ header: parseHeader(parts), claims: parseClaims(parts), trusted: false })
}
