// Fetches an issuer's keys: its discovery document, which must be its own, and the JWKS on the same origin.
// OpenID Connect Discovery 1.0 sections 4 and 4.3.

import { VerificationError } from '../errors.ts'
import { BodyNotText, BodyTooLarge, MAX_BODY_BYTES, readText } from '../http/body.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { Fetch } from '../http/fetch.ts'
import { isJsonObject, type JsonObject, own, parseStrictJson } from './json.ts'
import { KeySet } from './key-set.ts'
import { quoted, shortened } from './quoted.ts'

/** What an issuer published. */
export interface PublishedKeys {
  readonly keySet: KeySet
  /** `max-age` of its `Cache-Control` in milliseconds, 0 where it forbids keeping, `undefined` where it says nothing. */
  readonly maxAge: number | undefined
}

/** How documents are fetched. */
export interface FetchOptions {
  /** In place of the global `fetch`, which is otherwise looked up at each request. */
  readonly fetch: Fetch | undefined
  /** The bound on both documents together, in milliseconds. */
  readonly fetchTimeout: number
}

/** @throws {VerificationError} `keys_unavailable`, whatever went wrong. */
export async function fetchKeys(issuer: string, options: FetchOptions): Promise<PublishedKeys> {
  try {
    return await withinDeadline(options.fetchTimeout, undefined, async ({ signal, waitingFor }) => {
      waitingFor('the discovery document', 1)
      const discovery = await fetchJson(`${issuer}/.well-known/openid-configuration`, options.fetch, signal)
      waitingFor('the JWKS', 2)
      const { json, headers } = await fetchJson(jwksUri(issuer, discovery.json), options.fetch, signal)
      const keys = own(json, 'keys')
      if (!Array.isArray(keys)) throw new DocumentError('its JWKS has no list of keys')
      return { keySet: new KeySet(keys), maxAge: maxAgeOf(headers) }
    })
  } catch (cause) {
    throw unavailable(issuer, reasonOf(cause), cause)
  }
}

/** Nothing can be said of a token whose issuer's keys cannot be had. */
export function unavailable(issuer: string, reason: string, cause?: unknown): VerificationError {
  return new VerificationError('keys_unavailable', `The keys of ${quoted(issuer)} cannot be had: ${reason}`, {
    cause,
  })
}

/** What came is not what an issuer publishes. */
class DocumentError extends Error {}

function jwksUri(issuer: string, document: JsonObject): string {
  const named = own(document, 'issuer')
  if (named !== issuer) {
    const shown = typeof named === 'string' ? quoted(named) : 'nobody'
    throw new DocumentError(`its discovery document is that of ${shown}`)
  }
  const uri = own(document, 'jwks_uri')
  const url = typeof uri === 'string' && URL.canParse(uri) ? new URL(uri) : undefined
  if (url === undefined || url.origin !== new URL(issuer).origin || url.username || url.password) {
    throw new DocumentError('its "jwks_uri" is not on its own origin')
  }
  return url.href
}

async function fetchJson(
  url: string,
  ownFetch: Fetch | undefined,
  signal: AbortSignal,
): Promise<{ json: JsonObject; headers: Headers }> {
  signal.throwIfAborted()
  // Called as a plain function: workerd and browsers refuse a `fetch` that is called as a method.
  const fetch = ownFetch ?? globalThis.fetch
  // Not `redirect: 'error'`, which workerd does not have.
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
    signal,
  })
  if (signal.aborted || response.redirected || response.status !== 200) {
    response.body?.cancel().catch(() => {}) // nobody reads it: how it ends is nobody's concern
    signal.throwIfAborted()
    const isRedirect = response.redirected || response.type === 'opaqueredirect'
    const answer = isRedirect ? 'a redirect, which is not followed' : `HTTP ${response.status}`
    throw new DocumentError(`${url} answered with ${answer}`)
  }
  return { json: parseObject(await readText(response, signal), url), headers: response.headers }
}

function parseObject(text: string, url: string): JsonObject {
  let json: unknown
  try {
    json = parseStrictJson(text)
  } catch (cause) {
    throw new DocumentError(`${url} answered with no JSON, or with a member twice`, { cause })
  }
  if (!isJsonObject(json)) throw new DocumentError(`${url} answered with no JSON object`)
  return json
}

// RFC 9111 section 5.2.2; of what else may stand there nothing matters to a cache of our own.
function maxAgeOf(headers: Headers): number | undefined {
  const cacheControl = headers.get('cache-control') ?? ''
  if (/(^|[,\s])no-(store|cache)\b/i.test(cacheControl)) return 0
  const [, seconds] = /(?:^|[,\s])max-age="?(\d{1,10})\b/i.exec(cacheControl) ?? []
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

function reasonOf(cause: unknown): string {
  try {
    return reasonGiven(cause) ?? NO_REASON
  } catch {
    // Of what a `fetch` may throw nothing is certain, not even that it can be looked at.
    return NO_REASON
  }
}

const NO_REASON = '`fetch` failed and did not say why'

function reasonGiven(cause: unknown): string | undefined {
  if (cause instanceof BodyTooLarge) return `it answered with more than ${MAX_BODY_BYTES} bytes`
  if (cause instanceof BodyNotText) return 'it answered with bytes that are no UTF-8'
  if (!(cause instanceof Error)) return undefined
  const message = messageOf(cause)
  // Node says only `fetch failed` and keeps the fact in `cause`.
  const inner = cause.cause instanceof Error ? messageOf(cause.cause) : undefined
  return message !== undefined && inner !== undefined ? `${message} (${inner})` : message
}

// Whoever throws may have put anything into its place.
function messageOf({ message }: { readonly message: unknown }): string | undefined {
  return typeof message === 'string' && message !== '' ? shortened(message) : undefined
}
