import { describe, expect, test } from 'vitest'
import { signingKey } from '../../../src/emulator/signature/signing-key.ts'
import { hmac } from './hand-signed.ts'

const scope = { date: '20150830', region: 'us-east-1', service: 'iam', terminator: 'aws4_request' }
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

describe('a signing key', () => {
  test('is derived as AWS’s documentation derives it', async () => {
    // "Examples of how to derive a signing key for Signature Version 4".
    const digits = 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9'.match(/../g) ?? []
    const key = Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16))
    expect(await verifies(await signingKey(secret, scope), key)).toBe(true)
  })

  test('is remembered for its secret, day, region and service alone', async () => {
    const key = await signingKey(secret, scope)
    expect(await signingKey(secret, { ...scope })).toBe(key)
    const others = [
      signingKey('other', scope),
      signingKey(secret, { ...scope, date: '20150831' }),
      signingKey(secret, { ...scope, region: 'us-east-2' }),
      signingKey(secret, { ...scope, service: 'sts' }),
      signingKey(secret, { ...scope, terminator: 'aws5_request' }),
    ]
    expect(new Set([key, ...(await Promise.all(others))]).size).toBe(6)
  })

  test('is forgotten after a hundred others, and derived again', async () => {
    const key = await signingKey('first', scope)
    for (let other = 1; other < 100; other++) await signingKey(`other ${other}`, scope)
    expect(await signingKey('first', scope)).toBe(key)
    await signingKey('other 100', scope)
    expect(await signingKey('other 99', scope)).toBe(await signingKey('other 99', scope))
    expect(await signingKey('first', scope)).not.toBe(key)
  })
})

// A key can't be taken out of WebCrypto: what the other signs, it verifies.
async function verifies(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const text = new TextEncoder().encode('text')
  return crypto.subtle.verify('HMAC', key, await hmac(bytes, text), text)
}
