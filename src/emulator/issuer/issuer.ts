// The account's OIDC issuer: its address, its keys, and what it publishes under `/.well-known/`. OpenID Connect
// Discovery 1.0 section 4, with the members that a real AWS issuer was seen to send.

import { makeSigningKey, type SigningAlgorithm, type SigningKey } from './keys.ts'

const configurationPath = '/.well-known/openid-configuration'
const jwksPath = '/.well-known/jwks.json'

/** An issuer that comes to be when it is first asked for: workerd has no randomness at module scope. */
export class Issuer {
  #id: string | undefined
  #origin: string | undefined
  // The promise is kept and not the key, so that requests that come together share one slow RSA key. It hangs on
  // no I/O, so that any of a Worker's requests may wait for it.
  readonly #keys = new Map<SigningAlgorithm, Promise<SigningKey>>()

  /** The claim `iss`: in process as AWS's looks, else below the origin at which it is served. */
  get address(): string {
    this.#id ??= crypto.randomUUID()
    return this.#origin === undefined
      ? `https://${this.#id}.tokens.sts.global.api.aws`
      : `${this.#origin}/${this.#id}`
  }

  /** Moves the issuer below that origin; its id and keys stay. */
  servedAt(origin: string): void {
    this.#origin = origin
  }

  /** The key of that algorithm, the same each time. */
  key(algorithm: SigningAlgorithm): Promise<SigningKey> {
    const known = this.#keys.get(algorithm)
    if (known !== undefined) return known
    const key = makeSigningKey(algorithm)
    this.#keys.set(algorithm, key)
    return key
  }

  /** The discovery document or the JWKS if that is what the URL names, else `undefined`. */
  async documentAt(url: URL): Promise<object | undefined> {
    // Served, it answers under any name of the host: `localhost` and 127.0.0.1 are the same socket.
    const location =
      this.#origin === undefined ? `${url.origin}${url.pathname}` : `${this.#origin}${url.pathname}`
    if (location === this.address + configurationPath) return discoveryDocument(this.address)
    if (location === this.address + jwksPath) return this.#jwks()
    return undefined
  }

  async #jwks(): Promise<object> {
    const keys = await Promise.all([this.key('RS256'), this.key('ES384')])
    return { keys: keys.map(({ publicJwk }) => publicJwk) }
  }
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
