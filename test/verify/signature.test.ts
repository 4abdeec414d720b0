// RFC 8017 section 8.2.2 on a platform that leaves it out: WebKit on Linux takes a signature with zeros in front, or
// with the modulus added to it.

import { afterEach, expect, test, vi } from 'vitest'
import { KeySet } from '../../src/verify/key-set.ts'
import { checkSignature } from '../../src/verify/signature.ts'
import { decodeBytes, forge, keyRing, publishedKeys } from './attack-table.ts'
import { codeOf } from './support.ts'

afterEach(() => vi.restoreAllMocks())

test.each([
  ['its own signature', (genuine: Uint8Array) => genuine, undefined],
  ['a byte more', (genuine: Uint8Array) => Uint8Array.of(0, ...genuine), 'signature'],
  ['a byte less', (genuine: Uint8Array) => genuine.slice(1), 'signature'],
  ['the modulus', (_: Uint8Array, modulus: Uint8Array) => modulus, 'signature'],
  ['more than the modulus', (_: Uint8Array, modulus: Uint8Array) => modulus.map(() => 255), 'signature'],
  ['one less than the modulus', (_: Uint8Array, modulus: Uint8Array) => lessOne(modulus), undefined],
])('a platform that takes any signature is asked about %s, or not', async (_, change, code) => {
  const keys = await keyRing()
  const token = await forge({ signature: (genuine) => change(genuine, decodeBytes(keys.rsa.jwk.n ?? '')) })
  const key = await new KeySet(publishedKeys(keys)).keyFor({ algorithm: 'RS256', kid: 'RSA_0' })
  vi.spyOn(crypto.subtle, 'verify').mockResolvedValue(true)
  const outcome = checkSignature(token, 'RS256', key)
  if (code === undefined) await outcome
  else expect(await codeOf(outcome)).toBe(code)
})

/** A modulus is odd. */
const lessOne = (modulus: Uint8Array) => modulus.with(-1, (modulus.at(-1) ?? 0) - 1)
