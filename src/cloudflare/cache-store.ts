// Shares tokens through the Cache API, within one data centre. https://developers.cloudflare.com/workers/runtime-apis/cache/

import { InputError } from '../errors.ts'
import { readText } from '../http/body.ts'
import type { TokenStore } from '../token-source/store-options.ts'

/** As much of a cache as is called; `caches.default` fits, and what `caches.open` gives. */
export interface TokenCache {
  match(url: string): Promise<Response | undefined>
  put(url: string, response: Response): Promise<void>
  delete(url: string): Promise<boolean>
}

/** A host that nobody can have (RFC 2606 section 2): no request from outside is ever answered with an entry. */
const HOST = 'https://aws-web-identity.invalid/'

/**
 * A store in the Cache API: the isolates of one data centre find a token there that one of them has minted. It costs
 * nothing, is seen at once, and reaches no further. An entry may go at any time. On Cloudflare it needs a Worker on a
 * domain of its own; elsewhere (`*.workers.dev`, the dashboard's preview) a cache takes everything and keeps nothing.
 *
 * @param cache `caches.default`, which all Workers of a zone share, or `await caches.open('tokens')`
 * @throws {InputError} where it is none.
 * @see https://developers.cloudflare.com/workers/reference/how-the-cache-works/
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { cacheStore } from 'aws-web-identity/cloudflare'
 *
 * export async function sourceFor(sts: StsClient, sealingKeys: string) {
 *   return createTokenSource({
 *     sts,
 *     audience: 'https://api.example.com',
 *     signingAlgorithm: 'ES384',
 *     store: cacheStore(await caches.open('tokens')),
 *     sealingKeys,
 *   })
 * }
 * ```
 */
export function cacheStore(cache: TokenCache): TokenStore {
  const { match, put } = Object(cache)
  if (typeof match !== 'function' || typeof put !== 'function') {
    throw new InputError('cache', 'must be a cache, such as caches.default')
  }
  return {
    async get(key) {
      const response = await cache.match(urlOf(key))
      // Who reads has a bound of his own, and lets the reading end by itself.
      return response === undefined ? undefined : readText(response, new AbortController().signal)
    },
    set: (key, value, { ttlSeconds }) =>
      cache.put(urlOf(key), new Response(value, { headers: { 'cache-control': `max-age=${ttlSeconds}` } })),
    delete: (key) => cache.delete(urlOf(key)),
  }
}

function urlOf(key: string): string {
  return HOST + encodeURIComponent(key)
}
