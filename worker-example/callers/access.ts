// Cloudflare Access in front of the Worker: whom it let in, its JWT says. Access can be switched off, or gone round by
// another hostname, so that the header alone proves nothing: the signature does.
// https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/

import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { Problem } from '../http/problem.ts'
import type { Policy } from '../policy/policy.ts'
import { foldedEmail } from '../policy/rules.ts'

type Application = NonNullable<Policy['access']>

/** Whom Access let in: a person, or a program with a service token. */
export type Admitted =
  | { readonly email: string; readonly clientId?: undefined }
  | { readonly clientId: string; readonly email?: undefined }

/** How long Access is waited for, in milliseconds. */
const TIMEOUT = 5000

const keySets = new WeakMap<Application, ReturnType<typeof createRemoteJWKSet>>()

/** @throws {Problem} 401 for a JWT that is not good here, 503 where Access's keys can't be had. */
export async function admittedBy(application: Application, assertion: string): Promise<Admitted> {
  const keys = keySets.get(application) ?? keysOf(application)
  keySets.set(application, keys)
  const { payload } = await verified(assertion, keys, application)
  // Of a service token Access gives the client ID as `common_name`, and an empty `sub`.
  const { email, common_name: clientId } = payload
  if (typeof email === 'string' && email !== '') return { email: foldedEmail(email) }
  if (typeof clientId === 'string' && clientId !== '') return { clientId }
  throw refused('It names neither email nor common_name.')
}

function keysOf({ team }: Application) {
  return createRemoteJWKSet(new URL('/cdn-cgi/access/certs', team), { timeoutDuration: TIMEOUT })
}

async function verified(
  assertion: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  { team, audience }: Application,
): Promise<{ payload: JWTPayload }> {
  try {
    return await jwtVerify(assertion, keys, {
      issuer: team,
      audience,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat'],
    })
  } catch (error) {
    // What says nothing of the JWT: the keys could not be had.
    if (!isOfToken(error)) {
      const why = error instanceof Error ? error.message : String(error)
      throw new Problem(
        503,
        'access_unavailable',
        'The keys of Cloudflare Access can’t be had now. Try again.',
        {
          why,
          headers: { 'Retry-After': '5' },
        },
      )
    }
    throw refused(error.message)
  }
}

function isOfToken(error: unknown): error is Error {
  return (
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  )
}

function refused(why: string): Problem {
  return new Problem(401, 'unauthorized', 'The JWT of Cloudflare Access is not good here.', {
    why,
    // RFC 9110 section 15.5.2: a challenge, which for Access there is none of.
    headers: { 'WWW-Authenticate': 'Bearer' },
  })
}
