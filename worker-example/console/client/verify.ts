// The verify tool: what a token says, and whether this account's keys, the audience and the time bear it out. It is verified here,
// by the same code as services use; the token is sent nowhere.

import {
  createVerifier,
  isVerificationError,
  type JsonWebKeySet,
  type VerificationErrorCode,
  type WebIdentity,
} from 'aws-web-identity/verify'
import { relativeTime } from '../relative-time.ts'
import { showDecoded } from './decoded.ts'
import { tell } from './tell.ts'

/** @param now the Worker's time, in milliseconds since 1970 */
export async function inspect(
  token: string,
  audience: readonly string[],
  now: () => number,
  isLatest: () => boolean,
): Promise<void> {
  const isDecoded = showDecoded(token, now())
  if (audience.length === 0) return tell('odd', 'Not verified.', ['Say whom the token must be for.'])
  if (isDecoded) tell('plain', 'Verifying…')
  const answer = await fetchIssuers()
  if (!isLatest()) return
  if (typeof answer === 'string') return tell('odd', 'Not verified.', [answer])
  const jwks = Object.fromEntries(answer.map(({ issuer, jwks }) => [issuer, jwks]))
  const issuer = Object.keys(jwks)
  try {
    const verifier = createVerifier({ issuer, jwks, audience, now, remember: 0 })
    const identity = await verifier.verify(token)
    if (isLatest()) tell('good', 'Good.', praise(identity, now()))
  } catch (error) {
    if (isLatest()) tell('bad', 'Refused.', reasons(error))
  }
}

function praise({ subject, audience, expiresAt, issuer }: WebIdentity, now: number): string[] {
  return [
    `AWS signed it for ${audience.join(' and ')}.`,
    `It speaks for ${subject}.`,
    `Its issuer is ${issuer}.`,
    `It ends ${relativeTime(expiresAt.getTime(), now)}, at ${expiresAt.toISOString()}.`,
  ]
}

function reasons(error: unknown): string[] {
  if (!isVerificationError(error)) return [error instanceof Error ? error.message : String(error)]
  const { code, message, expected, actual } = error
  const [has, must] = WORDS[code] ?? ['It has', 'Expected']
  return [
    `${code}: ${message}`,
    ...(actual === undefined ? [] : [`${has}: ${[actual].flat().join(', ')}`]),
    ...(expected === undefined ? [] : [`${must}: ${[expected].flat().join(', ') || 'nothing'}`]),
  ]
}

// Of these the error has times: which is which?
const WORDS: Partial<Record<VerificationErrorCode, readonly [has: string, must: string]>> = {
  expired: ['It is now', 'It was good at'],
  not_yet_valid: ['It is now', 'It is good at'],
  issued_in_future: ['It was issued', 'Expected'],
}

/** Whose tokens are good here, or why that is not known. */
async function fetchIssuers(): Promise<{ issuer: string; jwks: JsonWebKeySet }[] | string> {
  const response = await fetch('/console/keys').catch(() => undefined)
  if (response === undefined) return 'The Worker does not answer. Try again.'
  if (response.status === 401) return 'Your session has ended. Reload the page and sign in.'
  if (!response.ok) return `The keys of the issuer could not be had (${response.status}). Try again.`
  const { issuers } = await response.json()
  if (issuers.length > 0) return issuers
  return 'The issuer of this account is known by the tokens that the Worker gave within the last hour, and there are none. What the token says is below, and nothing of it is proven.'
}
