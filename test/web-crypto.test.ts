// A page that came neither over https nor from localhost has no `crypto.subtle`: each part says so, and sends nothing.

import { afterEach, expect, test, vi } from 'vitest'
import { createEmulator } from '../src/emulator/index.ts'
import { createTokenSource, isWebIdentityError } from '../src/index.ts'
import { createVerifier, decode } from '../src/verify/index.ts'
import { makeClient } from './support/client.ts'
import { AUDIENCE, forge, ISSUER, keyRing, NOW, publishedKeys } from './verify/attack-table.ts'

afterEach(() => vi.unstubAllGlobals())

const INPUT = { audience: ['a'], signingAlgorithm: 'RS256' } as const

function withoutWebCrypto(): void {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
}

async function expectRefusal(promise: Promise<unknown>): Promise<void> {
  const error: unknown = await promise.catch((reason: unknown) => reason)
  expect(isWebIdentityError(error)).toBe(true)
  expect(error).toMatchObject({
    code: 'web_crypto_unavailable',
    message: expect.stringContaining('https or from localhost'),
  })
}

test('a client, and a source of it', async () => {
  const fetch = vi.fn()
  const sts = makeClient({ fetch })
  const source = createTokenSource({ sts, audience: 'a', signingAlgorithm: 'RS256' })
  const store = { get: vi.fn(), set: vi.fn(), delete: vi.fn() }
  const sealingKeys = [new Uint8Array(32)]
  const stored = createTokenSource({ sts, audience: 'a', signingAlgorithm: 'RS256', store, sealingKeys })
  withoutWebCrypto()
  await expectRefusal(sts.getWebIdentityToken(INPUT))
  await expectRefusal(source.getToken())
  await expectRefusal(stored.getToken())
  expect(fetch).not.toHaveBeenCalled()
})

test('a verifier, also of a token that it knows; what only decodes goes on', async () => {
  const token = await forge()
  const jwks = { keys: publishedKeys(await keyRing()) }
  const verifier = createVerifier({ audience: AUDIENCE, issuer: ISSUER, jwks, now: () => NOW })
  await verifier.verify(token)
  withoutWebCrypto()
  await expectRefusal(verifier.verify(token))
  expect(decode(token)).toHaveProperty('claims')
})

test('an emulator', async () => {
  const { fetch, endpoint } = createEmulator()
  withoutWebCrypto()
  await expectRefusal(fetch(endpoint))
})
