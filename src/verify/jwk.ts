// Which published keys are trusted to verify a signature: RFC 7517 section 4, RFC 7518 sections 6.2 and 6.3,
// NIST SP 800-131A (2048 bits) and FIPS 186-5 appendix A.1.1 (the exponent). By WebCrypto itself: jose's `importJWK` brings the
// algorithms of encryption, a seventh of a verifier's bundle, and takes an exponent of 1.

import { base64url, type CryptoKey } from 'jose'
import { VerificationError } from '../errors.ts'
import { isCanonicalBase64url } from './compact.ts'
import { PARAMETERS, type SigningAlgorithm, type TokenHeader } from './header.ts'
import { type JsonObject, own } from './json.ts'
import { quoted } from './quoted.ts'

/** A key that may verify by one algorithm. */
export interface VerificationKey {
  readonly cryptoKey: CryptoKey
  /** Of an RSA key, without a zero byte in front. */
  readonly modulus: Uint8Array | undefined
  /** The key itself as text: the same for the same key, in whichever JWKS it stands. */
  readonly material: string
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** @throws {VerificationError} `key_unusable` */
export async function importKey(jwk: JsonObject, { algorithm, kid }: TokenHeader): Promise<VerificationKey> {
  const reason = unfitFor(algorithm, jwk)
  if (reason !== undefined) throw unusable(kid, reason)
  const names = algorithm === 'RS256' ? ['kty', 'n', 'e'] : ['kty', 'crv', 'x', 'y']
  const publicJwk = Object.fromEntries(names.map((name) => [name, String(own(jwk, name))]))
  try {
    const cryptoKey = await crypto.subtle.importKey('jwk', publicJwk, PARAMETERS[algorithm], false, [
      'verify',
    ])
    const modulus = algorithm === 'RS256' ? bytesOf(publicJwk['n']) : undefined
    return { cryptoKey, modulus, material: JSON.stringify(publicJwk) }
  } catch (cause) {
    throw unusable(kid, 'the platform does not take it', cause)
  }
}

/** @throws {VerificationError} `key_unusable` */
export function unusable(kid: string, reason: string, cause?: unknown): VerificationError {
  return new VerificationError('key_unusable', `The issuer's key ${quoted(kid)} is not usable: ${reason}`, {
    actual: kid.slice(0, 200),
    cause,
  })
}

function unfitFor(algorithm: SigningAlgorithm, jwk: JsonObject): string | undefined {
  const kty = algorithm === 'RS256' ? 'RSA' : 'EC'
  if (own(jwk, 'kty') !== kty) return `${algorithm} needs a key of the type ${kty}`
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return 'its private part is published'
  const operations = ownOr(jwk, 'key_ops', ['verify'])
  if (ownOr(jwk, 'use', 'sig') !== 'sig') return 'it is not for signatures ("use")'
  // AWS's RSA key was seen with `alg` and without.
  if (ownOr(jwk, 'alg', algorithm) !== algorithm) return `it is not for ${algorithm} ("alg")`
  if (!Array.isArray(operations) || !operations.includes('verify')) return 'it is not to verify ("key_ops")'
  return algorithm === 'RS256' ? unfitRsa(jwk) : unfitEc(jwk)
}

function ownOr(jwk: JsonObject, name: string, absent: unknown): unknown {
  return Object.hasOwn(jwk, name) ? jwk[name] : absent
}

function unfitRsa(jwk: JsonObject): string | undefined {
  const modulus = bytesOf(own(jwk, 'n'))
  const exponent = bytesOf(own(jwk, 'e'))
  if (modulus === undefined || exponent === undefined) return 'its numbers are no canonical base64url'
  const bits = bitLength(modulus)
  if (bits < 2048 || bits > 8192) return `its modulus has ${bits} bits, and must have 2048 to 8192`
  const isOdd = (exponent.at(-1) ?? 0) % 2 === 1
  // Odd and above 2^16 by FIPS 186-5; platforms take no more than 32 bits or so.
  if (!isOdd || bitLength(exponent) < 17 || bitLength(exponent) > 32) return 'its exponent is out of range'
  return undefined
}

function unfitEc(jwk: JsonObject): string | undefined {
  if (own(jwk, 'crv') !== 'P-384') return 'ES384 needs a key on the curve P-384'
  const isCoordinate = (name: string) => bytesOf(own(jwk, name))?.length === 48
  return isCoordinate('x') && isCoordinate('y') ? undefined : 'its point has no coordinates of 48 bytes'
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && isCanonicalBase64url(value) ? base64url.decode(value) : undefined
}

// RFC 7518 section 2: without a leading zero byte; a number that has one is counted as none.
function bitLength(bytes: Uint8Array): number {
  const [first = 0] = bytes
  return first === 0 ? 0 : (bytes.length - 1) * 8 + (32 - Math.clz32(first))
}
