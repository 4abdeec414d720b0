// Shares tokens through Workers KV, whose least times are kept: an entry lives for 60 s, a read is cached for 30 s.
// https://developers.cloudflare.com/kv/api/write-key-value-pairs/ https://developers.cloudflare.com/kv/api/read-key-value-pairs/

import { InputError } from '../errors.ts'
import type { TokenStore } from '../token-source/store-options.ts'

/** As much of a KV namespace as is called; a Worker's binding fits. */
export interface KvNamespace {
  get(key: string, options: { cacheTtl: number }): Promise<string | null>
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>
  delete(key: string): Promise<void>
}

/** KV refuses to keep an entry for less, in seconds. */
const SHORTEST_EXPIRATION = 60
/**
 * For how long a data centre keeps what it read, and also that it found nothing, in seconds. KV's least (60 until January
 * 2026), for others renew the token meanwhile.
 */
const SHORTEST_CACHE = 30

/**
 * A store in Workers KV: every isolate in every data centre finds a token there that one of them has minted.
 *
 * KV is consistent only after a while: elsewhere a new token is seen up to a minute later, and until then isolates that
 * start there mint their own. An older token never takes the place of a newer one. KV takes one write a second for each
 * key; one that is refused costs nobody anything.
 *
 * @param namespace the binding, such as `env.TOKENS`
 * @throws {InputError} where it is none, which is a binding that the configuration does not have.
 * @see https://developers.cloudflare.com/kv/concepts/how-kv-works/
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { type KvNamespace, kvStore } from 'aws-web-identity/cloudflare'
 *
 * export function sourceFor(
 *   sts: StsClient,
 *   env: { TOKENS: KvNamespace; SEALING_KEY: string },
 *   waitUntil: (promise: Promise<unknown>) => void,
 * ) {
 *   return createTokenSource({
 *     sts,
 *     audience: 'https://api.example.com',
 *     signingAlgorithm: 'ES384',
 *     store: kvStore(env.TOKENS),
 *     sealingKeys: env.SEALING_KEY,
 *     waitUntil,
 *   })
 * }
 * ```
 */
export function kvStore(namespace: KvNamespace): TokenStore {
  const { get, put } = Object(namespace)
  if (typeof get !== 'function' || typeof put !== 'function') {
    throw new InputError(
      'namespace',
      'must be a KV namespace: name its binding in the configuration of the Worker',
    )
  }
  return {
    get: (key) => namespace.get(key, { cacheTtl: SHORTEST_CACHE }),
    set: (key, value, { ttlSeconds }) =>
      namespace.put(key, value, { expirationTtl: Math.max(SHORTEST_EXPIRATION, ttlSeconds) }),
    delete: (key) => namespace.delete(key),
  }
}
