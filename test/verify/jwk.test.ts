// Which keys are trusted, each gap of jose's closed.

import { base64url, createLocalJWKSet, errors, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createVerifier } from '../../src/verify/index.ts'
import { AUDIENCE, codeOf, goodClaims, ISSUER, jwks, localVerifier, now, sign } from './support.ts'

let ec: Record<string, unknown> = {}
let rsa: Record<string, unknown> = {}
beforeAll(async () => {
  ec = (await jwks()).keys[0] ?? {}
  const { publicKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  rsa = { ...(await exportJWK(publicKey)), kid: 'EC384_0' }
}, 60_000)

/** A token that names the algorithm; its signature is good for ES384 alone. */
async function tokenFor(alg: string): Promise<string> {
  const header = base64url.encode(JSON.stringify({ kid: 'EC384_0', typ: 'JWT', alg }))
  return (await sign()).replace(/^[^.]*/, alg === 'ES384' ? '$&' : header)
}

async function codeWith(keys: object[], alg = 'ES384') {
  const options = { audience: AUDIENCE, issuer: ISSUER, jwks: { keys }, now: () => now }
  return codeOf(createVerifier(options).verify(await tokenFor(alg)))
}

test('the key of the token is taken, with and without alg and use, whatever stands beside it', async () => {
  const { alg: _, use: __, ...plain } = ec
  expect(await codeWith([ec])).toBe('accepted')
  expect(await codeWith([{ ...rsa, kid: 'RSA_1', n: 'broken' }, plain, {}])).toBe('accepted')
  expect(await codeWith([{ ...ec, key_ops: ['verify'], x5c: ['x'], ext: false }])).toBe('accepted')
})

describe('no key for ES384', () => {
  const changes: [string, Record<string, unknown>][] = [
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].map((name): [string, Record<string, unknown>] => [
      `with a private part, ${name} alone`,
      { [name]: 'AA' },
    ]),
    ['with further primes', { oth: [] }],
    ['to encrypt', { use: 'enc' }],
    ['without a use', { use: null }],
    ['of another algorithm', { alg: 'ES256' }],
    ['to sign', { key_ops: ['sign'] }],
    ['with an operation that is no list', { key_ops: 'verify' }],
    ['on another curve', { crv: 'P-256' }],
    ['of another type', { kty: 'OKP' }],
    ['with a short coordinate', { x: 'AAAA' }],
    ['with padding', { x: `${'A'.repeat(62)}==` }],
    ['with a point off the curve', { x: 'A'.repeat(64) }],
  ]
  test.each(changes)('%s', async (_, change) => {
    expect(await codeWith([{ ...ec, ...change }])).toBe('key_unusable')
  })

  test('where two have one name', async () => {
    expect(await codeWith([ec, { ...ec, use: 'enc' }])).toBe('key_unusable')
  })

  test('where it is an RSA key', async () => {
    expect(await codeWith([rsa])).toBe('key_unusable')
  })
})

test.each([
  ['a modulus that is a number', 1],
  ['a modulus that is no base64url', '!!'],
  ['a modulus of a few bits', 'AQAB'],
])(
  'a broken key, %s, is unusable, where jose throws a TypeError or another of the platform’s',
  async (_, n) => {
    const keys = [{ ...rsa, n }]
    const options = { issuer: ISSUER, audience: AUDIENCE, currentDate: new Date(now) }
    // The types want a JWKS that is whole.
    const outcome = jwtVerify(await tokenFor('RS256'), createLocalJWKSet({ keys } as never), options)
    const error = await outcome.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(errors.JOSEError)
    expect(await codeWith(keys, 'RS256')).toBe('key_unusable')
  },
)

test('a token without kid is refused, where jose takes the one key that fits', async () => {
  const token = await sign(goodClaims(), { kid: undefined })
  const options = { issuer: ISSUER, audience: AUDIENCE, currentDate: new Date(now) }
  const { payload } = await jwtVerify(token, createLocalJWKSet(await jwks()), options)
  expect(payload.iss).toBe(ISSUER)
  expect(await codeOf((await localVerifier()).verify(token))).toBe('header')
})

describe('no key for RS256', () => {
  const number = (bytes: number, first = 0xff) => {
    const value = new Uint8Array(bytes).fill(0xff)
    value[0] = first
    return base64url.encode(value)
  }
  const changes: [string, () => Record<string, unknown>][] = [
    ['with the exponent 1, which jose takes', () => ({ e: 'AQ' })],
    ['with the exponent 3', () => ({ e: 'Aw' })],
    ['with an even exponent', () => ({ e: 'AQAA' })],
    ['with an exponent of 33 bits', () => ({ e: base64url.encode(Uint8Array.of(1, 0, 0, 0, 1)) })],
    ['with a zero before its exponent', () => ({ e: 'AAEAAQ' })],
    ['of 2047 bits', () => ({ n: number(256, 0x7f) })],
    ['of 1024 bits', () => ({ n: number(128) })],
    ['of 8200 bits', () => ({ n: number(1025) })],
    ['with a zero before its modulus', () => ({ n: base64url.encode(new Uint8Array(300)) })],
    ['without a modulus', () => ({ n: undefined })],
    ['with an alg of RS512', () => ({ alg: 'RS512' })],
  ]
  test.each(changes)('%s', async (_, change) => {
    expect(await codeWith([{ ...rsa, ...change() }], 'RS256')).toBe('key_unusable')
  })

  test('but its own, which then does not fit the signature', async () => {
    expect(await codeWith([rsa], 'RS256')).toBe('signature')
  })
})

test('a key can be used for nothing but to verify, and never be had', async () => {
  const spy = vi.spyOn(crypto.subtle, 'importKey')
  onTestFinished(() => spy.mockRestore())
  expect(await codeWith([ec])).toBe('accepted')
  expect(spy.mock.lastCall?.slice(3)).toEqual([false, ['verify']])
})
