// The form of a token, each gap of jose's closed, and `decode`, which looks at nothing else.

import { describe, expect, expectTypeOf, test } from 'vitest'
import { type DecodedToken, decode, VerificationError, type WebIdentity } from '../../src/verify/index.ts'
import { AUDIENCE, codeOf, goodClaims, localVerifier, sign } from './support.ts'

const codeOfHeader = async (header: Record<string, unknown>) => {
  const token = await sign()
  const text = btoa(JSON.stringify(header)).replaceAll('=', '')
  return codeOf((await localVerifier()).verify(token.replace(/^[^.]*/, text)))
}

describe('a header is refused', () => {
  const good = { kid: 'EC384_0', typ: 'JWT', alg: 'ES384' }
  test.each([
    [{ ...good, kid: undefined }, 'header'],
    [{ ...good, kid: '' }, 'header'],
    [{ ...good, crit: ['exp'] }, 'header'],
    [{ ...good, jku: 'https://evil.example' }, 'header'],
    [{ ...good, x5u: 'https://evil.example' }, 'header'],
    [{ ...good, jwk: {} }, 'header'],
    [{ ...good, b64: false }, 'header'],
    [{ ...good, x5c: [] }, 'header'],
    [{ ...good, zip: 'DEF' }, 'header'],
    [{ ...good, enc: 'A256GCM' }, 'header'],
    [{ ...good, typ: 'at+jwt' }, 'header'],
    [{ ...good, typ: null }, 'header'],
    [{ ...good, alg: 'none' }, 'algorithm'],
    [{ ...good, alg: 'HS256' }, 'algorithm'],
    [{ ...good, alg: ['ES384'] }, 'algorithm'],
    [{ kid: 'EC384_0' }, 'algorithm'],
  ])('%j', async (header, code) => {
    expect(await codeOfHeader(header)).toBe(code)
  })

  test('but typ may be absent', async () => {
    const verifier = await localVerifier()
    expect(await codeOf(verifier.verify(await sign(goodClaims(), { typ: undefined })))).toBe('accepted')
  })
})

describe('a token is malformed', () => {
  const cases: [string, (token: string) => unknown][] = [
    ['white space behind it, which jose takes', (token) => `${token} `],
    ['a line break within, which jose takes', (token) => token.replace('.', '\n.')],
    ['padding', (token) => token.replace('.', '=.')],
    ['four parts', (token) => `${token}.`],
    ['two parts', (token) => token.slice(0, token.lastIndexOf('.'))],
    ['no signature', (token) => token.slice(0, token.lastIndexOf('.') + 1)],
    ['other base64', (token) => token.replace(/.$/, '+')],
    ['a length that no bytes have', (token) => `${token}A`],
    ['more than 32 KiB', () => 'a'.repeat(32_769)],
    ['nothing', () => ''],
    ['no text', () => undefined],
    ['claims that are a list', (token) => token.replace(/\.[^.]*\./, `.${btoa('[1]')}.`)],
    [
      'claims with a byte order mark',
      (token) => token.replace(/\.[^.]*\./, `.${btoa('\xef\xbb\xbf{}').replaceAll('=', '')}.`),
    ],
    [
      'claims that are no UTF-8',
      (token) => token.replace(/\.[^.]*\./, `.${btoa('{"a":"\xff"}').replaceAll('=', '')}.`),
    ],
    [
      'half a surrogate pair',
      (token) => token.replace(/\.[^.]*\./, `.${btoa('{"a":"\\ud800"}').replaceAll('=', '')}.`),
    ],
  ]
  test.each(cases)('%s', async (_, change) => {
    const verifier = await localVerifier()
    expect(await codeOf(verifier.verify(change(await sign()) as string))).toBe('malformed')
  })

  test('with other last bits of the same bytes', async () => {
    const claims = JSON.stringify({ a: 1, b: '' }) // 14 bytes: the last character has bits to spare
    const [header, , signature] = (await sign()).split('.')
    const text = btoa(claims).replaceAll('=', '')
    const other = text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)
    expect(atob(other)).toBe(atob(text))
    const verifier = await localVerifier()
    expect(await codeOf(verifier.verify(`${header}.${text}.${signature}`))).toBe('claims')
    expect(await codeOf(verifier.verify(`${header}.${other}.${signature}`))).toBe('malformed')
  })

  test('and 32 KiB of brackets overflow nothing', async () => {
    const deep = `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    const verifier = await localVerifier()
    expect(await codeOf(verifier.verify(await sign(deep)))).toBe('claims')
  })
})

describe('decode', () => {
  test('shows the header and the claims of any token, and says that it is not trusted', async () => {
    const token = (await sign()).slice(0, -1)
    const decoded = decode(`${token}A`)
    expect(decoded).toMatchObject({ header: { alg: 'ES384' }, claims: { aud: AUDIENCE }, trusted: false })
    expect(Object.isFrozen(decoded)).toBe(true)
  })

  test('throws a VerificationError for what is none', () => {
    expect(() => decode('x')).toThrow(VerificationError)
    expect(() => decode('x')).toThrow(/this has 1/)
  })

  test('cannot be passed for an identity', () => {
    expectTypeOf<DecodedToken>().not.toExtend<WebIdentity>()
  })
})
