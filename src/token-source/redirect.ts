// Where a redirect leads, and what is sent there: the steps of the Fetch standard that the platform's `fetch` would take.
// https://fetch.spec.whatwg.org/#http-redirect-fetch

import { ResponseError } from '../errors.ts'
import { canBeSentAgain, methodOf, type OutgoingRequest, readdressed } from './outgoing-request.ts'

/** Content-* and others that speak of the body (RFC 9110 §15.4). */
const BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
]

/** A browser hides a redirect that it is not to follow. */
export function isRedirect({ type, status }: Response): boolean {
  return type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(status)
}

/**
 * The request that a redirect asks for; `undefined` where it names no address, and is an answer like any other.
 *
 * @throws {ResponseError} `redirect`, where it cannot be followed.
 */
export function redirectedRequest(sent: OutgoingRequest, response: Response): OutgoingRequest | undefined {
  if (response.type === 'opaqueredirect') throw notFollowed(sent, response, 'which a browser does not show')
  const location = response.headers.get('location')
  if (location === null) return undefined
  const url = URL.canParse(location, sent.url) ? new URL(location, sent.url) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw notFollowed(sent, response, 'which leads to no address of http or https')
  }
  if (url.hash === '') url.hash = sent.url.hash
  const method = methodOf(sent)
  const headers = new Headers(sent.init.headers)
  if (becomesGet(method, response.status)) {
    for (const name of BODY_HEADERS) headers.delete(name)
    return readdressed(sent, url, { method: 'GET', headers, body: null })
  }
  if (canBeSentAgain(sent)) return readdressed(sent, url, { headers })
  throw notFollowed(sent, response, 'which wants the body once more, and that cannot be sent again')
}

/** The error of a redirect that is not followed. It does not show where it leads, which may be a secret. */
export function notFollowed({ url }: OutgoingRequest, response: Response, why: string): ResponseError {
  response.body?.cancel().catch(() => {}) // how it ends is nobody's concern
  return new ResponseError('redirect', `${url.origin} answered with a redirect, ${why}`, {
    statusCode: response.status,
    contentType: response.headers.get('content-type') ?? undefined,
    retryable: false,
    attempts: 1,
  })
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD'
  return method === 'POST' && (status === 301 || status === 302)
}
