// A JWKS: the keys that an issuer publishes, by their names. RFC 7517 section 5.

import { VerificationError } from '../errors.ts'
import type { SigningAlgorithm, TokenHeader } from './header.ts'
import { isJsonObject, type JsonObject, own } from './json.ts'
import { importKey, unusable, type VerificationKey } from './jwk.ts'
import { anyOf, quoted } from './quoted.ts'

/** A JWKS as it is given outright: RFC 7517 section 5. */
export interface JsonWebKeySet {
  readonly keys: readonly object[]
}

/** The keys of one issuer, as they were published at one time. */
export class KeySet {
  readonly #jwks: readonly JsonObject[]
  // The keys and not their promises, which would tie one request of a Worker to another.
  readonly #imported = new Map<string, VerificationKey>()

  /** A key that is broken harms no other: it is looked at when it is asked for. */
  constructor(keys: readonly unknown[]) {
    this.#jwks = keys.filter(isJsonObject)
  }

  has(kid: string): boolean {
    return this.#jwks.some((jwk) => own(jwk, 'kid') === kid)
  }

  /** @throws {VerificationError} `key_not_found` or `key_unusable` */
  async keyFor(header: TokenHeader): Promise<VerificationKey> {
    const { algorithm, kid } = header
    const known = this.#imported.get(nameOf(algorithm, kid))
    if (known !== undefined) return known
    const [jwk, ...others] = this.#jwks.filter((each) => own(each, 'kid') === kid)
    if (jwk === undefined) throw this.#notFound(kid)
    if (others.length > 0) throw unusable(kid, 'the issuer publishes several of that name')
    const key = await importKey(jwk, header)
    this.#imported.set(nameOf(algorithm, kid), key)
    return key
  }

  #notFound(kid: string): VerificationError {
    const kids = this.#jwks.map((jwk) => own(jwk, 'kid')).filter((each) => typeof each === 'string')
    const published = kids.length === 0 ? 'it publishes none' : `it publishes ${anyOf(kids)}`
    return new VerificationError('key_not_found', `The issuer has no key ${quoted(kid)}; ${published}`, {
      expected: kids,
      actual: kid.slice(0, 200),
    })
  }
}

function nameOf(algorithm: SigningAlgorithm, kid: string): string {
  return `${algorithm} ${kid}`
}
