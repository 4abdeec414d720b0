// Puts a verifier in front of any `fetch` handler, and answers whoever is refused as RFC 6750 says.

import { isVerificationError } from '../errors.ts'
import { checkGuardOptions, type GuardOptions } from './guard-options.ts'
import type { WebIdentity } from './identity.ts'
import { forbidden, noToken, type Refusal, refusalOf, unreadable } from './refusal.ts'
import type { Verifier } from './verifier.ts'

type Awaitable<T> = T | Promise<T>

/**
 * A `fetch` handler that only lets through who brings a token that the verifier accepts; the handler gets the
 * identity behind the request, and then whatever else the platform passes (`env`, `ctx`).
 *
 * Who brings none, or one that is refused, gets 401 with a `WWW-Authenticate` of RFC 6750; who brings several credentials,
 * or one that is no bearer token, 400 `invalid_request`; who may not, 403; and 503 where the issuer's keys can't be had. A token is taken from the one `Authorization` header alone.
 *
 * @throws {InputError} for an option that breaks a rule.
 * @example
 * ```ts
 * import { createVerifier, requireWebIdentity } from 'aws-web-identity/verify'
 *
 * const verifier = createVerifier({ audience: 'https://api.example.com', account: '123456789012' })
 *
 * export default {
 *   fetch: requireWebIdentity(verifier, (request, identity) => new Response(`Hello, ${identity.arn.name}`)),
 * }
 * ```
 */
export function requireWebIdentity<Incoming extends Request = Request, Rest extends unknown[] = []>(
  verifier: Verifier,
  handler: (request: Incoming, identity: WebIdentity, ...rest: Rest) => Awaitable<Response>,
  options?: GuardOptions<Incoming> & { readonly allowPreflight?: false | undefined },
): (request: Incoming, ...rest: Rest) => Promise<Response>
/**
 * With `allowPreflight` a CORS preflight, which carries no token, comes to the handler without an identity.
 */
export function requireWebIdentity<Incoming extends Request = Request, Rest extends unknown[] = []>(
  verifier: Verifier,
  handler: (request: Incoming, identity: WebIdentity | undefined, ...rest: Rest) => Awaitable<Response>,
  options: GuardOptions<Incoming>,
): (request: Incoming, ...rest: Rest) => Promise<Response>
export function requireWebIdentity<Incoming extends Request, Rest extends unknown[]>(
  verifier: Verifier,
  // Of the two signatures above the first has no preflight, so that its handler always gets an identity.
  handler: (request: Incoming, identity: never, ...rest: Rest) => Awaitable<Response>,
  options: GuardOptions<Incoming> = {},
): (request: Incoming, ...rest: Rest) => Promise<Response> {
  const { authorize, realm, allowPreflight } = checkGuardOptions(options)
  const handle = handler as (
    request: Incoming,
    identity: WebIdentity | undefined,
    ...rest: Rest
  ) => Awaitable<Response>
  return async (request, ...rest) => {
    if (allowPreflight && isPreflight(request)) return handle(request, undefined, ...rest)
    const verified = await verifyRequest(verifier, request)
    if ('refusal' in verified) return verified.refusal(realm)
    const { identity } = verified
    if (authorize !== undefined && (await authorize(identity, request)) !== true) return forbidden(realm)
    return handle(request, identity, ...rest)
  }
}

// https://fetch.spec.whatwg.org/#cors-preflight-request
function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method')
}

async function verifyRequest(
  verifier: Verifier,
  { headers }: Request,
): Promise<{ readonly identity: WebIdentity } | { readonly refusal: Refusal }> {
  const [scheme = '', token = '', ...more] = (headers.get('authorization') ?? '').split(/ +/)
  if (scheme.toLowerCase() !== 'bearer') return { refusal: noToken }
  // Several headers arrive as one, with commas between; no token has a comma.
  if (token === '' || more.length > 0 || token.includes(',')) return { refusal: unreadable }
  try {
    return { identity: await verifier.verify(token) }
  } catch (error) {
    if (!isVerificationError(error)) throw error
    return { refusal: refusalOf(error) }
  }
}
