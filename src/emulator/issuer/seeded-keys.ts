// Signing keys that follow from a seed: for tests, whose runs can then be repeated to the byte of the published keys.
// Who knows the seed has the keys, as WebCrypto makes none from a seed on purpose.

import { seededBytes } from './seed.ts'

/** A private key on P-384, as a JWK. */
export async function seededEcKey(seed: string, label: string): Promise<JsonWebKey> {
  const scalar = await seededBytes(seed, label, 48)
  // Below the order of the curve, whose upper half is all ones, and not zero.
  scalar[0] = (scalar[0] ?? 0) & 0x7f
  // PKCS #8 (RFC 5208) around an ECPrivateKey (RFC 5915) without its public half, which the platform computes.
  const der = new Uint8Array([...ecPrivateKeyInfo, ...scalar])
  const key = await crypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-384' }, true, [
    'sign',
  ])
  return crypto.subtle.exportKey('jwk', key)
}

const ecPrivateKeyInfo = [
  0x30, 0x4e, 0x02, 0x01, 0x00, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05,
  0x2b, 0x81, 0x04, 0x00, 0x22, 0x04, 0x37, 0x30, 0x35, 0x02, 0x01, 0x01, 0x04, 0x30,
]

const exponent = 65_537n

/** A private RSA key of 2048 bits, as a JWK (RFC 7518 section 6.3); it takes about half a second. */
export async function seededRsaKey(seed: string, label: string): Promise<JsonWebKey> {
  const first = await prime(seed, `${label} p`)
  const second = await prime(seed, `${label} q`)
  const [p, q] = first > second ? [first, second] : [second, first]
  const d = inverse(exponent, (p - 1n) * (q - 1n))
  return {
    kty: 'RSA',
    n: encode(p * q),
    e: encode(exponent),
    d: encode(d),
    p: encode(p),
    q: encode(q),
    dp: encode(d % (p - 1n)),
    dq: encode(d % (q - 1n)),
    qi: encode(inverse(q, p)),
  }
}

// The first prime of 1024 bits behind the seed's number, with the two highest bits set, so that the product of two
// has 2048, and fit for the exponent.
async function prime(seed: string, label: string): Promise<bigint> {
  const start = decode(await seededBytes(seed, label, 128)) | (3n << 1022n) | 1n
  // What small primes divide is skipped without a power.
  const remainders = smallPrimes.map((small) => Number(start % BigInt(small)))
  for (let step = 0; ; step += 2) {
    if (smallPrimes.some((small, index) => ((remainders[index] ?? 0) + step) % small === 0)) continue
    const candidate = start + BigInt(step)
    if (candidate % exponent !== 1n && isProbablePrime(candidate)) return candidate
  }
}

const smallPrimes = Array.from({ length: 2000 }, (_, index) => 2 * index + 3).filter((odd) => {
  for (let divisor = 3; divisor * divisor <= odd; divisor += 2) if (odd % divisor === 0) return false
  return true
})

// Miller-Rabin; for numbers of this size that nobody chose, five rounds leave less than one in 2^128 (FIPS 186-5,
// table B.1).
function isProbablePrime(candidate: bigint): boolean {
  const odd = (candidate - 1n) / lowestBit(candidate - 1n)
  return [2n, 3n, 5n, 7n, 11n].every((base) => {
    let value = power(base, odd, candidate)
    if (value === 1n) return true
    for (let exponent = odd; exponent < candidate - 1n; exponent *= 2n) {
      if (value === candidate - 1n) return true
      value = (value * value) % candidate
    }
    return false
  })
}

function lowestBit(value: bigint): bigint {
  return value & -value
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}

// Euclid's extended algorithm.
function inverse(value: bigint, modulus: bigint): bigint {
  let [before, rest, factorBefore, factor] = [modulus, value % modulus, 0n, 1n]
  while (rest > 1n) {
    const quotient = before / rest
    ;[before, rest] = [rest, before % rest]
    ;[factorBefore, factor] = [factor, factorBefore - quotient * factor]
  }
  return ((factor % modulus) + modulus) % modulus
}

function decode(bytes: Uint8Array): bigint {
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
}

// Base64urlUInt of RFC 7518.
function encode(value: bigint): string {
  const digits = value.toString(16)
  const bytes = (digits.length % 2 === 0 ? digits : `0${digits}`).match(/../g) ?? []
  const text = String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16)))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
