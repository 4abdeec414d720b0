// Access key ids. AWS writes the account into them: 40 bits behind the prefix, in base32. IAM's "Unique identifiers",
// and what GetAccessKeyInfo is seen to answer for keys that nobody holds any more.

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new id of that account. */
export function encodeAccessKeyId(prefix: 'AKIA' | 'ASIA', accountId: string): string {
  const random = crypto.getRandomValues(new Uint8Array(5))
  let bits = (1n << 79n) | (BigInt(accountId) << 39n)
  for (const [index, byte] of random.entries())
    bits |= (BigInt(byte) << BigInt(8 * index)) & ((1n << 39n) - 1n)
  let id = ''
  for (let shift = 75n; shift >= 0n; shift -= 5n) id += digits[Number((bits >> shift) & 31n)]
  return prefix + id
}

/** The account of an id, or `undefined` where it holds none. */
export function decodeAccountId(accessKeyId: string): string | undefined {
  const [, encoded = ''] = /^A[A-Z]IA([A-Z2-7]{16})$/.exec(accessKeyId) ?? []
  if (encoded === '') return undefined
  let bits = 0n
  for (const digit of encoded) bits = (bits << 5n) | BigInt(digits.indexOf(digit))
  const account = (bits >> 39n) & ((1n << 40n) - 1n)
  return account < 1_000_000_000_000n ? String(account).padStart(12, '0') : undefined
}
