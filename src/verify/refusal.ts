// The answers to who is not let through: RFC 6750 section 3 and RFC 9110 section 15.6.4. The description helps who has
// a token of the wrong kind, and tells nobody what would have been accepted.

import type { VerificationError, VerificationErrorCode } from '../errors.ts'

/** Makes the answer, for a realm. */
export type Refusal = (realm: string | undefined) => Response

/** No token at all: RFC 6750 section 3.1 has no error code then. */
export const noToken: Refusal = (realm) => refusal(401, realm)

/** More than one token, or something that is none. */
export const unreadable: Refusal = (realm) =>
  refusal(400, realm, 'invalid_request', 'There must be one Authorization header with one bearer token')

/** The token is fine, and not enough. */
export const forbidden: Refusal = (realm) =>
  refusal(403, realm, 'insufficient_scope', 'The caller may not do this')

/** A token that was refused; for a failure of our own never 401. */
export function refusalOf({ code }: VerificationError): Refusal {
  if (code === 'keys_unavailable') return keysUnavailable
  return (realm) => refusal(401, realm, 'invalid_token', DESCRIPTIONS[code] ?? 'The token is not accepted')
}

const DESCRIPTIONS: Partial<Record<VerificationErrorCode, string>> = {
  malformed: 'The token is malformed',
  algorithm: 'The token is signed by an algorithm that is not accepted',
  expired: 'The token has expired',
  not_yet_valid: 'The token is not valid yet',
  issued_in_future: 'The token is not valid yet',
  too_old: 'The token is too old',
  audience: 'The token is for another audience',
}

const keysUnavailable: Refusal = () =>
  Response.json(
    {
      error: 'temporarily_unavailable',
      error_description: 'The keys of the issuer cannot be had at the moment',
    },
    { status: 503, headers: { 'retry-after': '5', 'cache-control': 'no-store' } },
  )

function refusal(status: number, realm: string | undefined, error?: string, description?: string): Response {
  const parameters = Object.entries({ realm, error, error_description: description })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
  const headers = {
    'www-authenticate': `Bearer ${parameters.join(', ')}`.trim(),
    'cache-control': 'no-store',
  }
  if (error === undefined) return new Response(null, { status, headers })
  return Response.json({ error, error_description: description }, { status, headers })
}
