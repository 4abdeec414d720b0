// Where the keys of a token's issuer come from: fetched and kept for a bounded number of issuers, or given outright.

import { Recent } from '../recent.ts'
import { type FetchOptions, fetchKeys, unavailable } from './discovery.ts'
import { IssuerKeys, type KeyPolicy } from './issuer-keys.ts'
import { KeySet } from './key-set.ts'

/** The keys of one issuer. */
export interface KeysOfIssuer {
  /** The keys, among which that one is if the issuer has it. @throws {VerificationError} `keys_unavailable` */
  keySetWith(kid: string): Promise<KeySet>
  /** The keys, for who wants them ready. @throws {VerificationError} `keys_unavailable` */
  keySet(): Promise<KeySet>
}

/** Keys by issuer. Whoever asks has seen to it that the issuer is an accepted one. */
export interface KeySource {
  /** @throws {VerificationError} `keys_unavailable` */
  keysOf(issuer: string): KeysOfIssuer
  /** Says that a token was accepted by these keys of that issuer: they are worth keeping. */
  confirm(issuer: string, keys: KeysOfIssuer): void
}

/** Keys that were given; nothing is fetched. */
export function givenKeys(byIssuer: ReadonlyMap<string, readonly object[]>): KeySource {
  const given = new Map([...byIssuer].map(([issuer, keys]) => [issuer, unchanging(new KeySet(keys))]))
  return {
    keysOf(issuer) {
      const keys = given.get(issuer)
      if (keys === undefined) throw unavailable(issuer, 'none were given in "jwks"')
      return keys
    },
    confirm() {},
  }
}

function unchanging(keySet: KeySet): KeysOfIssuer {
  return { keySetWith: async () => keySet, keySet: async () => keySet }
}

/** How keys are fetched and kept. */
export interface FetchedKeysOptions extends FetchOptions, Omit<KeyPolicy, 'load'> {
  /** Those whom the owner named, if he named them. */
  readonly issuer: readonly string[] | undefined
  /** The bound on those whom anybody can name. */
  readonly maxIssuers: number
}

/** Keys that are fetched from their issuers. */
export function fetchedKeys(options: FetchedKeysOptions): KeySource {
  return options.issuer === undefined ? keysOfAnyIssuer(options) : keysOfNamedIssuers(options)
}

// As many as the owner named, and so no bound is needed.
function keysOfNamedIssuers(options: FetchedKeysOptions): KeySource {
  const policy: KeyPolicy = { ...options, load: (issuer) => fetchKeys(issuer, options) }
  const named = new Map<string, KeysOfIssuer>()
  return {
    keysOf(issuer) {
      const keys = named.get(issuer) ?? new IssuerKeys(issuer, policy)
      named.set(issuer, keys)
      return keys
    },
    confirm() {},
  }
}

const WINDOW = 30_000

// Anybody can name issuers of AWS without end, in tokens that are forged.
function keysOfAnyIssuer(options: FetchedKeysOptions): KeySource {
  const { maxIssuers, now } = options
  // An issuer of which no token was accepted yet never pushes out one of which a token was ...
  const confirmed = new Recent<KeysOfIssuer>(maxIssuers)
  const unconfirmed = new Recent<KeysOfIssuer>(maxIssuers)
  // ... and all of them together are asked for their keys no more often than `maxIssuers` times in a window, first
  // tries and later ones alike. Each time costs two requests at most.
  let window = { since: Number.NEGATIVE_INFINITY, loads: 0 }

  const policy: KeyPolicy = {
    ...options,
    async load(issuer) {
      if (!confirmed.has(issuer)) {
        refuseMoreLoads(issuer)
        window.loads += 1
      }
      return fetchKeys(issuer, options)
    },
  }

  function refuseMoreLoads(issuer: string): void {
    const elapsed = now() - window.since
    if (!(elapsed >= 0 && elapsed < WINDOW)) window = { since: now(), loads: 0 }
    if (window.loads >= maxIssuers) throw unavailable(issuer, 'too many new issuers are named at a time')
  }

  // Where nothing could be asked, nobody is pushed out.
  function firstSight(issuer: string): KeysOfIssuer {
    refuseMoreLoads(issuer)
    const keys = new IssuerKeys(issuer, policy)
    unconfirmed.set(issuer, keys)
    return keys
  }

  return {
    keysOf(issuer) {
      return confirmed.get(issuer) ?? unconfirmed.get(issuer) ?? firstSight(issuer)
    },
    // The very keys that were used: others may have pushed them out while they were fetched.
    confirm(issuer, keys) {
      if (confirmed.has(issuer)) return
      unconfirmed.delete(issuer)
      confirmed.set(issuer, keys)
    },
  }
}
