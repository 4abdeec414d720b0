// The issuer's signing keys, one for each algorithm, as AWS publishes them: RFC 7517 (JWK) and RFC 7518,
// sections 3.3 (RS256) and 3.4 (ES384).

import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** The algorithms with which AWS signs tokens. */
export type SigningAlgorithm = 'RS256' | 'ES384'

/** Whether AWS signs tokens with that algorithm; the name is case-sensitive. */
export function isSigningAlgorithm(name: string): name is SigningAlgorithm {
  return name === 'RS256' || name === 'ES384'
}

/** A private key that can't be exported, and its public half as it stands in the JWKS. */
export interface SigningKey {
  readonly algorithm: SigningAlgorithm
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** Makes a new key: RSA of 2048 bits, or EC on P-384. */
export async function makeSigningKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { modulusLength: 2048 })
  const jwk = await exportJWK(publicKey)
  return algorithm === 'RS256'
    ? // A real issuer was seen whose RSA key has no `alg`: the harder case for whoever reads it.
      { algorithm, kid: 'RSA_0', privateKey, publicJwk: { ...jwk, kid: 'RSA_0', use: 'sig' } }
    : {
        algorithm,
        kid: 'EC384_0',
        privateKey,
        publicJwk: { ...jwk, alg: 'ES384', kid: 'EC384_0', use: 'sig' },
      }
}
