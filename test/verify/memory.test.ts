// Tokens that are remembered: what it saves, and what it must not change.

import { afterEach, describe, expect, test, vi } from 'vitest'
import { createVerifier } from '../../src/verify/index.ts'
import {
  ACCOUNT,
  AUDIENCE,
  clockAt,
  codeOf,
  goodClaims,
  ISSUER,
  jwks,
  localVerifier,
  mint,
  now,
  sign,
  stage,
} from './support.ts'

/** How many signatures are checked. */
function signatures() {
  const spy = vi.spyOn(crypto.subtle, 'verify')
  return () => spy.mock.calls.length
}

afterEach(() => {
  vi.restoreAllMocks()
})

test('a token that comes again costs no signature', async () => {
  const verifier = await localVerifier()
  const token = await sign()
  const count = signatures()
  const first = await verifier.verify(token)
  const second = await verifier.verify(token)
  expect(second).toEqual(first)
  expect(count()).toBe(1)
})

test('with remember: 0 each costs one', async () => {
  const verifier = await localVerifier({ remember: 0 })
  const token = await sign()
  const count = signatures()
  await verifier.verify(token)
  await verifier.verify(token)
  expect(count()).toBe(2)
})

test('a remembered token stops the instant it expires', async () => {
  const clock = clockAt()
  const verifier = await localVerifier({ now: clock.now })
  const { exp } = goodClaims()
  const token = await sign()
  await verifier.verify(token)
  clock.time = exp * 1000 - 1
  await verifier.verify(token)
  clock.time = exp * 1000
  expect(await codeOf(verifier.verify(token))).toBe('expired')
})

test('a remembered token grows too old, and is not valid before its time', async () => {
  const clock = clockAt()
  const verifier = await localVerifier({ now: clock.now, maxTokenAge: 60_000 })
  const { iat } = goodClaims()
  const token = await sign(goodClaims({ nbf: iat - 10 }))
  await verifier.verify(token)
  clock.time = iat * 1000 + 60_001
  expect(await codeOf(verifier.verify(token))).toBe('too_old')
  clock.time = iat * 1000 - 10_001
  expect(await codeOf(verifier.verify(token))).toBe('not_yet_valid')
})

test('a token that differs in one byte is not remembered', async () => {
  const verifier = await localVerifier()
  const token = await sign()
  await verifier.verify(token)
  const count = signatures()
  for (const at of [token.length - 10, token.length - 60]) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    expect(await codeOf(verifier.verify(changed))).toBe('signature')
  }
  expect(count()).toBe(2)
  // A character that UTF-8 has no bytes for, in place of the one that it is written as.
  expect(await codeOf(verifier.verify(`${token}\ud800`))).toBe('malformed')
})

test('a token whose key left the JWKS is forgotten, and one whose key was exchanged too', async () => {
  const clock = clockAt()
  let keys = await jwks()
  const fetch = async (url: string) =>
    Response.json(
      url.endsWith('jwks.json') ? keys : { issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks.json` },
    )
  const options = { audience: AUDIENCE, issuer: ISSUER, fetch, now: clock.now, keysFreshFor: 1000 }
  const verifier = createVerifier(options)
  const token = await sign()
  await verifier.verify(token)
  const renew = async () => {
    clock.time += 30_000
    await verifier.verify(token).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const count = signatures()
  await renew()
  await verifier.verify(token)
  expect(count()).toBe(0) // the same key in a new document
  const { emulator } = stage()
  const other = await (await emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`)).json()
  keys = other
  await renew()
  expect(await codeOf(verifier.verify(token))).toBe('signature')
  keys = { keys: [] }
  await renew()
  expect(await codeOf(verifier.verify(token))).toBe('key_not_found')
})

test('the header of tokens that were accepted is decoded once', async () => {
  const verifier = await localVerifier()
  const decoded = vi.spyOn(globalThis, 'atob')
  const callsOf = async (token: string) => {
    decoded.mockClear()
    await codeOf(verifier.verify(token))
    return decoded.mock.calls.filter(([text]) => text === token.slice(0, token.indexOf('.'))).length
  }
  const [good, other] = await Promise.all([sign(), sign(goodClaims({ jti: 'other' }))])
  const forged = good.slice(0, good.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'))
  expect([await callsOf(forged), await callsOf(good), await callsOf(other)]).toEqual([1, 1, 0])
})

describe('what is remembered is bounded', () => {
  test('by the least recently used', async () => {
    const verifier = await localVerifier({ remember: 2 })
    const [a = '', b = '', c = ''] = await Promise.all(
      [1, 2, 3].map((n) => sign(goodClaims({ jti: `${n}` }))),
    )
    await verifier.verify(a)
    await verifier.verify(b)
    await verifier.verify(a)
    await verifier.verify(c) // pushes out b
    const count = signatures()
    await verifier.verify(a)
    await verifier.verify(c)
    expect(count()).toBe(0)
    await verifier.verify(b)
    expect(count()).toBe(1)
  })

  test('and no token gets in that was refused, by its signature or by a pin', async () => {
    const verifier = await localVerifier({ remember: 1 })
    const good = await sign()
    await verifier.verify(good)
    const other = await sign(goodClaims({ jti: 'other' }))
    const forged = good.slice(0, good.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'))
    const foreign = await sign(goodClaims({ aud: 'https://other.example' }))
    for (const bad of [forged, foreign]) await codeOf(verifier.verify(bad))
    const count = signatures()
    await verifier.verify(good)
    expect(count()).toBe(0)
    expect(await codeOf(verifier.verify(forged))).toBe('signature')
    expect(count()).toBe(1)
  })
})

test('one verifier knows nothing of what another remembers', async () => {
  const token = await sign()
  await (await localVerifier()).verify(token)
  expect(await codeOf((await localVerifier({ audience: 'https://other.example' })).verify(token))).toBe(
    'audience',
  )
})

test('what one caller does to its identity no other sees', async () => {
  const verifier = await localVerifier()
  const token = await sign()
  const mine = await verifier.verify(token)
  mine.expiresAt.setTime(0)
  expect((await verifier.verify(token)).expiresAt.getTime()).toBe(goodClaims().exp * 1000)
})

test('a token of the emulator is remembered too', async () => {
  const { emulator, verifier, urls } = stage({ account: ACCOUNT, now: () => now })
  const token = await mint(emulator, { SigningAlgorithm: 'RS256' })
  await verifier.verify(token)
  const count = signatures()
  await verifier.verify(token)
  expect([count(), urls.length]).toEqual([0, 2])
})
