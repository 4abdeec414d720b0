// The public half of a key on P-384: NIST SP 800-186 section 3.2.1.4. Its time tells the key, which is no secret here.

import { inverse } from './inverse.ts'

interface Point {
  readonly x: bigint
  readonly y: bigint
}

const prime = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n

const base: Point = {
  x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
}

/** @param factor from one to the order of the curve, exclusive */
export function multipliedBase(factor: bigint): Point {
  // From the second highest bit on: the highest is the base itself.
  return [...factor.toString(2).slice(1)].reduce((point, bit) => {
    const twice = add(point, point)
    return bit === '1' ? add(twice, base) : twice
  }, base)
}

// The curve is y² = x³ - 3x + b. The sum of a point and its opposite does not come up below the order.
function add(one: Point, other: Point): Point {
  const slope =
    one === other
      ? (3n * one.x * one.x - 3n) * inverse(2n * one.y, prime)
      : (other.y - one.y) * inverse(positive(other.x - one.x), prime)
  const x = positive(slope * slope - one.x - other.x)
  return { x, y: positive(slope * (one.x - x) - one.y) }
}

function positive(value: bigint): bigint {
  return ((value % prime) + prime) % prime
}
