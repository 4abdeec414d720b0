// The issuer's signing keys, as AWS publishes them: RFC 7517 (JWK) and RFC 7518, sections 3.3 (RS256) and 3.4 (ES384).

import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { InputError } from '../../errors.ts'
import { seededEcKey, seededRsaKey } from './seeded-keys.ts'

/** The algorithms with which AWS signs tokens. */
export type SigningAlgorithm = 'RS256' | 'ES384'

/** Whether AWS signs tokens with that algorithm; the name is case-sensitive. */
export function isSigningAlgorithm(name: string): name is SigningAlgorithm {
  return name === 'RS256' || name === 'ES384'
}

/** A private key as a JWK with its `kid` and `alg`. */
export interface EmulatorSigningKey extends JWK {
  readonly kid: string
  readonly alg: SigningAlgorithm
}

/** A private key, and its public half as it stands in the JWKS. */
export interface SigningKey {
  /** Of the tokens that it signs. */
  readonly header: { readonly kid: string; readonly typ: 'JWT'; readonly alg: SigningAlgorithm }
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
  /** To be kept by the emulator's owner alone. */
  readonly privateJwk: EmulatorSigningKey
}

/** Makes a new key: RSA of 2048 bits, or EC on P-384. With a seed it follows from the seed and its `kid`. */
export async function makeSigningKey(
  alg: SigningAlgorithm,
  kid: string,
  seed: string | undefined,
): Promise<EmulatorSigningKey> {
  return { ...(await privateJwkOf(alg, kid, seed)), kid, alg }
}

async function privateJwkOf(alg: SigningAlgorithm, kid: string, seed: string | undefined): Promise<JWK> {
  // The platform's type has no `kid`, which is all that differs.
  if (seed !== undefined) return (await (alg === 'RS256' ? seededRsaKey : seededEcKey)(seed, kid)) as JWK
  const { privateKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true })
  return exportJWK(privateKey)
}

/** A key as it signs and is published. */
export async function toSigningKey(
  privateJwk: EmulatorSigningKey,
  rsaKeyHasAlg: boolean,
): Promise<SigningKey> {
  const { alg: algorithm, kid } = privateJwk
  const publicJwk: JWK =
    algorithm === 'RS256'
      ? { ...(rsaKeyHasAlg && { alg: algorithm }), ...pick(privateJwk, ['e', 'kid', 'kty', 'n']), use: 'sig' }
      : {
          alg: algorithm,
          ...pick(privateJwk, ['crv', 'kid', 'kty']),
          use: 'sig',
          ...pick(privateJwk, ['x', 'y']),
        }
  const privateKey = await importKey(privateJwk)
  return { header: { kid, typ: 'JWT', alg: algorithm }, privateKey, publicJwk, privateJwk }
}

async function importKey(privateJwk: EmulatorSigningKey): Promise<CryptoKey> {
  try {
    // Only a symmetric key comes as bytes.
    return (await importJWK(privateJwk, privateJwk.alg, { extractable: false })) as CryptoKey
  } catch (cause) {
    // That its numbers belong together only WebCrypto can tell.
    throw new InputError('keys', `must be keys that sign: ${privateJwk.kid} is no ${privateJwk.alg} key`, {
      cause,
    })
  }
}

function pick(jwk: JWK, names: readonly (keyof JWK)[]): JWK {
  // Some of its own members.
  return Object.fromEntries(names.map((name) => [name, jwk[name]])) as unknown as JWK
}
