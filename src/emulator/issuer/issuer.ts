// An account's OIDC issuer: its address, its keys, and what it publishes under `/.well-known/`. OpenID Connect
// Discovery 1.0 section 4, with the members that a real AWS issuer was seen to send.

import {
  type EmulatorSigningKey,
  makeSigningKey,
  type SigningAlgorithm,
  type SigningKey,
  toSigningKey,
} from './keys.ts'
import { seededUuid } from './seed.ts'

const configurationPath = '/.well-known/openid-configuration'
const jwksPath = '/.well-known/jwks.json'
const algorithms: readonly SigningAlgorithm[] = ['RS256', 'ES384']

/** What makes an issuer this one. */
export interface IssuerOptions {
  /** A UUID; without one it follows from the seed, or is random. */
  readonly id?: string | undefined
  readonly seed?: string | undefined
  /** Private keys; of each algorithm the last one signs, and all are published. */
  readonly keys?: readonly EmulatorSigningKey[] | undefined
  readonly rsaKeyHasAlg?: boolean | undefined
}

/** An issuer that comes to be when it is first asked for: workerd has no randomness at module scope. */
export class Issuer {
  readonly #seed: string | undefined
  readonly #rsaKeyHasAlg: boolean
  readonly #onKey: () => void
  #id: string | undefined
  #origin: string | undefined
  readonly #keys: { [Algorithm in SigningAlgorithm]: LazyKey[] } = { RS256: [], ES384: [] }

  /** @param onKey called after a key was made that was not given */
  constructor({ id, seed, keys = [], rsaKeyHasAlg = false }: IssuerOptions, onKey: () => void) {
    this.#id = id
    this.#seed = seed
    this.#rsaKeyHasAlg = rsaKeyHasAlg
    this.#onKey = onKey
    for (const key of keys) this.#add(key.alg, key.kid, () => toSigningKey(key, rsaKeyHasAlg))
  }

  /** Of the address; a UUID. */
  get id(): string {
    this.#id ??= this.#seed === undefined ? crypto.randomUUID() : seededUuid(this.#seed, 'issuer')
    return this.#id
  }

  /** The claim `iss`: in process as AWS's looks, else below the origin at which it is served. */
  get address(): string {
    return this.#origin === undefined
      ? `https://${this.id}.tokens.sts.global.api.aws`
      : `${this.#origin}/${this.id}`
  }

  /** Moves the issuer below that origin; its id and keys stay. */
  servedAt(origin: string): void {
    this.#origin = origin
  }

  /** The key that signs by that algorithm. */
  async key(algorithm: SigningAlgorithm): Promise<SigningKey> {
    const key = this.#keys[algorithm].at(-1) ?? this.#make(algorithm)
    return key.get()
  }

  /** Every key, those that no longer sign first. */
  async keys(): Promise<SigningKey[]> {
    await Promise.all(algorithms.map((algorithm) => this.key(algorithm)))
    return Promise.all(algorithms.flatMap((algorithm) => this.#keys[algorithm]).map((key) => key.get()))
  }

  /** Signs with new keys from now on; those before stay published. */
  async rotate(): Promise<void> {
    await this.keys()
    await Promise.all(algorithms.map((algorithm) => this.#make(algorithm).get()))
  }

  /** The discovery document or the JWKS if that is what the URL names, else `undefined`. */
  async documentAt(url: URL): Promise<object | undefined> {
    // Served, it answers under any name of the host: `localhost` and 127.0.0.1 are the same socket.
    const location =
      this.#origin === undefined ? `${url.origin}${url.pathname}` : `${this.#origin}${url.pathname}`
    if (location === this.address + configurationPath) return discoveryDocument(this.address)
    if (location === this.address + jwksPath) return { keys: (await this.keys()).map((key) => key.publicJwk) }
    return undefined
  }

  #make(algorithm: SigningAlgorithm): LazyKey {
    const kid = this.#nextKid(algorithm === 'RS256' ? 'RSA' : 'EC384')
    return this.#add(algorithm, kid, async () => {
      const key = await toSigningKey(await makeSigningKey(algorithm, kid, this.#seed), this.#rsaKeyHasAlg)
      this.#onKey()
      return key
    })
  }

  // AWS numbers its keys: RSA_0, EC384_0, and RSA_1 was seen. Keys that were given may have any number.
  #nextKid(prefix: 'RSA' | 'EC384'): string {
    const numbers = algorithms
      .flatMap((algorithm) => this.#keys[algorithm])
      .map(({ kid }) => Number(new RegExp(`^${prefix}_(\\d+)$`).exec(kid)?.[1] ?? -1))
    return `${prefix}_${Math.max(-1, ...numbers) + 1}`
  }

  #add(algorithm: SigningAlgorithm, kid: string, make: () => Promise<SigningKey>): LazyKey {
    let made: Promise<SigningKey> | undefined
    const key = {
      kid,
      get: () => {
        made ??= make()
        return made
      },
    }
    this.#keys[algorithm].push(key)
    return key
  }
}

// Made when it is first asked for, and a promise, so that requests that come together share one slow RSA key. It hangs
// on no I/O, so that any of a Worker's requests may wait for it.
interface LazyKey {
  readonly kid: string
  readonly get: () => Promise<SigningKey>
}

function discoveryDocument(issuer: string): object {
  return {
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', 'https://sts.amazonaws.com/'],
    id_token_signing_alg_values_supported: ['RS256', 'ES384'],
    issuer,
    jwks_uri: issuer + jwksPath,
    subject_types_supported: ['public'],
  }
}
