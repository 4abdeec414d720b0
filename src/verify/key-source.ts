// Where the keys of a token's issuer come from: fetched and kept for a bounded number of issuers, or given outright.

import { type FetchOptions, fetchKeys, unavailable } from './discovery.ts'
import { IssuerKeys, type KeyPolicy } from './issuer-keys.ts'
import { KeySet } from './key-set.ts'

/** Keys by issuer. Whoever asks has seen to it that the issuer is an accepted one. */
export interface KeySource {
  /** @throws {VerificationError} `keys_unavailable` */
  keySetWith(issuer: string, kid: string): Promise<KeySet>
  /** Has the keys ready. @throws {VerificationError} `keys_unavailable` */
  prefetch(issuer: string): Promise<void>
  /** Says that a token of that issuer was accepted: its keys are worth keeping. */
  confirm(issuer: string): void
}

/** Keys that were given; nothing is fetched. */
export function givenKeys(byIssuer: ReadonlyMap<string, readonly object[]>): KeySource {
  const keySets = new Map([...byIssuer].map(([issuer, keys]) => [issuer, new KeySet(keys)]))
  return {
    async keySetWith(issuer) {
      const keySet = keySets.get(issuer)
      if (keySet === undefined) throw unavailable(issuer, 'none were given in "jwks"')
      return keySet
    },
    async prefetch() {},
    confirm() {},
  }
}

/** How keys are fetched and kept. */
export interface FetchedKeysOptions extends FetchOptions, Omit<KeyPolicy, 'load'> {
  readonly maxIssuers: number
}

const WINDOW = 30_000

/** Keys that are fetched from their issuers. */
export function fetchedKeys(options: FetchedKeysOptions): KeySource {
  const policy: KeyPolicy = { ...options, load: (issuer) => fetchKeys(issuer, options) }
  const { maxIssuers, now } = options
  // In the order of their last use. Anybody can name issuers of AWS without end, in tokens that are forged: an
  // issuer of which no token was accepted yet never pushes out one of which a token was.
  const confirmed = new Map<string, IssuerKeys>()
  const unconfirmed = new Map<string, IssuerKeys>()
  let window = { since: Number.NEGATIVE_INFINITY, begun: 0 }

  function keysOf(issuer: string): IssuerKeys {
    const among = confirmed.has(issuer) ? confirmed : unconfirmed
    const keys = among.get(issuer) ?? firstSight(issuer)
    keep(among, issuer, keys)
    return keys
  }

  // ... and makes the verifier ask no more of them than it remembers, twice a minute.
  function firstSight(issuer: string): IssuerKeys {
    const elapsed = now() - window.since
    if (!(elapsed >= 0 && elapsed < WINDOW)) window = { since: now(), begun: 0 }
    if (window.begun >= maxIssuers) throw unavailable(issuer, 'too many new issuers are named at a time')
    window.begun += 1
    return new IssuerKeys(issuer, policy)
  }

  function keep(among: Map<string, IssuerKeys>, issuer: string, keys: IssuerKeys): void {
    among.delete(issuer)
    among.set(issuer, keys)
    const [oldest] = among.keys()
    if (among.size > maxIssuers && oldest !== undefined) among.delete(oldest)
  }

  return {
    keySetWith: async (issuer, kid) => keysOf(issuer).keySetWith(kid),
    async prefetch(issuer) {
      await keysOf(issuer).keySet()
    },
    confirm(issuer) {
      const keys = unconfirmed.get(issuer)
      if (keys === undefined) return
      unconfirmed.delete(issuer)
      keep(confirmed, issuer, keys)
    },
  }
}
