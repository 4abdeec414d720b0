// Signing keys that follow from a seed: for tests, whose runs can then be repeated to the byte of the published keys.
// Who knows the seed has the keys, as WebCrypto makes none from a seed on purpose.

import { inverse } from './inverse.ts'
import { multipliedBase } from './p384.ts'
import { seededBytes } from './seed.ts'

/** A private key on P-384, as a JWK (RFC 7518 section 6.2). */
export async function seededEcKey(seed: string, label: string): Promise<JsonWebKey> {
  const scalar = await seededBytes(seed, label, 48)
  // Below the order of the curve, whose upper half is all ones, and not zero.
  scalar[0] = (scalar[0] ?? 0) & 0x7f
  const d = decode(scalar)
  // Not every platform computes the public half of a key that comes without it: Firefox refuses such a one.
  const { x, y } = multipliedBase(d)
  return { kty: 'EC', crv: 'P-384', x: encode(x, 48), y: encode(y, 48), d: encode(d, 48) }
}

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

function decode(bytes: Uint8Array): bigint {
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
}

// Base64urlUInt of RFC 7518; a coordinate has zeros in front up to its length.
function encode(value: bigint, length = 1): string {
  const digits = value.toString(16)
  const even = digits.length + (digits.length % 2)
  const bytes = digits.padStart(Math.max(even, 2 * length), '0').match(/../g) ?? []
  const text = String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16)))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
