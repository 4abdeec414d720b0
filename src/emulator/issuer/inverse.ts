/** What a number must be multiplied by to give one, by Euclid's extended algorithm. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [before, rest, factorBefore, factor] = [modulus, value % modulus, 0n, 1n]
  while (rest > 1n) {
    const quotient = before / rest
    ;[before, rest] = [rest, before % rest]
    ;[factorBefore, factor] = [factor, factorBefore - quotient * factor]
  }
  return ((factor % modulus) + modulus) % modulus
}
