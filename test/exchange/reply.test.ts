// What is taken for an access token, and what is not: RFC 6749 section 5.1, RFC 8693 section 2.2.1.

import { describe, expect, test, vi } from 'vitest'
import { createTokenExchange, presets } from '../../src/exchange/index.ts'
import { rejectionOf } from '../support/client.ts'
import { scriptedFetch, streamOf } from '../support/scripted-fetch.ts'
import { fakeJwt, fakeSource, granted } from './fake-source.ts'
import { known } from './parties.ts'

const preset = presets.openRouter(known.openRouter)

function exchanging(response: Response) {
  const source = fakeSource(preset.tokenRequest)
  const fetch = scriptedFetch(response)
  return { fetch, source, access: createTokenExchange(preset, source, { fetch, maxAttempts: 1 }) }
}

const TYPE = 'urn:ietf:params:oauth:token-type:'

describe('a reply is taken', () => {
  test.each<[string, Record<string, unknown>, number]>([
    ['with all of RFC 8693', { issued_token_type: `${TYPE}access_token`, scope: 'a b' }, 3600],
    ['with a JWT', { issued_token_type: `${TYPE}jwt` }, 3600],
    ['with another case of Bearer', { token_type: 'BEARER' }, 3600],
    ['with a lifetime in a string', { expires_in: '1800' }, 1800],
    ['with a lifetime in parts of seconds', { expires_in: 1800.5 }, 1800.5],
    ['without a lifetime', { expires_in: undefined }, 300],
    ['with no lifetime in JSON’s own word', { expires_in: null }, 300],
    ['with a lifetime of years', { expires_in: 1e9 }, 86_400],
    ['with members that nobody knows', { refresh_token: 'r', ext_expires_in: 1 }, 3600],
    ['with no error and no kind in JSON’s own word', { error: null, issued_token_type: null }, 3600],
  ])('%s', async (_, members, seconds) => {
    const began = Date.now()
    const { accessToken, tokenType, expiration, scope } = await exchanging(granted(members)).access.get()
    expect(accessToken).toMatch(/^access-\d+/)
    expect(tokenType).toBe('Bearer')
    expect(scope).toBe(members['scope'])
    const lifetime = expiration.getTime() - began
    expect(lifetime).toBeGreaterThanOrEqual(seconds * 1000)
    expect(lifetime).toBeLessThan(seconds * 1000 + 5000)
  })

  test('without a lifetime, where the token is a JWT that tells it', async () => {
    const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const access_token = `${part({ alg: 'ES256' })}.${part({ iat: 1000, exp: 1900 })}.c2ln`
    const began = Date.now()
    const { expiration } = await exchanging(granted({ access_token, expires_in: undefined })).access.get()
    expect(Math.round((expiration.getTime() - began) / 1000)).toBe(900)
  })

  test.each(['application/json; charset=utf-8', 'application/problem+json', 'text/json'])(
    'as %s',
    async (type) => {
      const response = granted({}, { headers: { 'content-type': type } })
      expect(await exchanging(response).access.getToken()).toMatch(/^access-/)
    },
  )
})

describe('a reply is of no use', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['without a token', { access_token: undefined }, 'it has no access_token'],
    ['whose token is empty', { access_token: '' }, 'its access_token holds what no header can carry'],
    ['whose token is a number', { access_token: 1 }, 'it has no access_token'],
    [
      'whose token would end the header',
      { access_token: 'a\r\nx-evil: 1' },
      'its access_token holds what no header can carry',
    ],
    ['whose token has a space', { access_token: 'a b' }, 'its access_token holds what no header can carry'],
    ['without a type', { token_type: undefined }, 'it has no token_type'],
    ['whose token must be proven', { token_type: 'DPoP' }, 'its token_type is not Bearer'],
    ['that is no access token', { token_type: 'N_A' }, 'its token_type is not Bearer'],
    ['whose type is a list', { token_type: ['Bearer'] }, 'its token_type is not Bearer'],
    [
      'that is an id token',
      { issued_token_type: `${TYPE}id_token` },
      'its issued_token_type is none of an access token',
    ],
    [
      'that is a refresh token',
      { issued_token_type: `${TYPE}refresh_token` },
      'its issued_token_type is none of an access token',
    ],
    [
      'whose kind is a list',
      { issued_token_type: [`${TYPE}access_token`] },
      'its issued_token_type is none of an access token',
    ],
    ['that has ended', { expires_in: 0 }, 'its expires_in is no number of seconds to come'],
    ['that ended long ago', { expires_in: -1 }, 'its expires_in is no number of seconds to come'],
    ['whose lifetime is a word', { expires_in: 'soon' }, 'its expires_in is no number of seconds to come'],
    [
      'whose lifetime is a negative word',
      { expires_in: '-5' },
      'its expires_in is no number of seconds to come',
    ],
    ['whose lifetime is a truth', { expires_in: true }, 'its expires_in is no number of seconds to come'],
    ['whose scope is a list', { scope: ['a'] }, 'its scope is no string'],
  ])('%s', async (_, members, reason) => {
    const error = await rejectionOf(exchanging(granted(members)).access.getToken())
    expect(error).toMatchObject({
      name: 'ResponseError',
      code: 'unexpected_reply',
      statusCode: 200,
      retryable: false,
    })
    const message = `OpenRouter answered with HTTP 200, application/json: a reply that is of no use: ${reason}`
    expect(error).toHaveProperty('message', message)
  })

  test('also to a preset of another copy of this package', async () => {
    vi.resetModules()
    const another = await import('../../src/exchange/index.ts')
    expect(another.createTokenExchange).not.toBe(createTokenExchange)
    const foreign = another.presets.openRouter(known.openRouter)
    const fetch = scriptedFetch(granted({ token_type: 'DPoP' }))
    const access = createTokenExchange(foreign, fakeSource(foreign.tokenRequest), { fetch })
    const error = await rejectionOf(access.getToken())
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected_reply' })
    expect(error).toHaveProperty('message', expect.stringContaining('its token_type is not Bearer'))
  })

  test('whose lifetime is without end', async () => {
    const body = '{"access_token":"a","token_type":"Bearer","expires_in":1e999}'
    const response = new Response(body, { headers: { 'content-type': 'application/json' } })
    expect(await rejectionOf(exchanging(response).access.getToken())).toMatchObject({
      code: 'unexpected_reply',
    })
  })

  test.each<[string, BodyInit, string, number, string]>([
    ['HTML', '<html>hello</html>', 'text/html', 200, 'unexpected_content'],
    [
      'JSON that calls itself HTML',
      '{"access_token":"a","token_type":"Bearer"}',
      'text/html',
      200,
      'unexpected_content',
    ],
    ['nothing', '', 'application/json', 200, 'unexpected_content'],
    ['half of it', '{"access_token":"abc', 'application/json', 200, 'unexpected_content'],
    ['a list', '[{"access_token":"a"}]', 'application/json', 200, 'unexpected_content'],
    ['a text', '"a"', 'application/json', 200, 'unexpected_content'],
    ['null', 'null', 'application/json', 200, 'unexpected_content'],
    ['70,000 bytes', `{"access_token":"${'a'.repeat(70_000)}"}`, 'application/json', 200, 'too_large'],
    ['what is no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'application/json', 200, 'unexpected_content'],
    ['a proxy’s page', '<h1>Bad gateway</h1>', 'text/html', 502, 'unexpected_content'],
    ['a redirect', '', 'text/html', 302, 'redirect'],
  ])('that is %s', async (_, body, type, status, code) => {
    const response = new Response(body, {
      status,
      headers: { 'content-type': type, location: 'https://evil.example' },
    })
    const { access, fetch } = exchanging(response)
    const error = await rejectionOf(access.getToken())
    expect(error).toMatchObject({ name: 'ResponseError', code, statusCode: status, attempts: 1 })
    expect(error).toHaveProperty('retryable', status === 502)
    expect(fetch.requests[0]?.redirect).toBe('manual')
  })

  test('that is a redirect as a browser shows it, and its body is given up', async () => {
    const { stream, cancelled } = streamOf(['x'], 'hang')
    const hidden = Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' })
    for (const response of [hidden, new Response(stream, { status: 307 })]) {
      const fetch = scriptedFetch(() => response)
      const access = createTokenExchange(preset, fakeSource(preset.tokenRequest), { fetch, maxAttempts: 1 })
      expect(await rejectionOf(access.getToken())).toMatchObject({ code: 'redirect', retryable: false })
      expect(fetch.requests[0]?.headers.get('accept')).toBe('application/json')
    }
    expect(cancelled()).toBe(true)
  })

  test('that is a long page is shown in part', async () => {
    const page = new Response('<p>No. '.repeat(1000), {
      status: 403,
      headers: { 'content-type': 'text/html' },
    })
    const { message } = (await rejectionOf(exchanging(page).access.getToken())) as Error
    expect(message).toContain('"<p>No. <p>No.')
    expect(message.length).toBeLessThan(300)
  })

  test('that breaks off, which is worth another try', async () => {
    const { stream } = streamOf(['{"access_token":"'], 'error')
    const source = fakeSource(preset.tokenRequest)
    const broken = new Response(stream, { headers: { 'content-type': 'application/json' } })
    const fetch = scriptedFetch(() => (fetch.requests.length === 1 ? broken : granted()))
    expect(await createTokenExchange(preset, source, { fetch }).getToken()).toMatch(/^access-/)
    expect(fetch.requests).toHaveLength(2)
  })

  test('that never ends', async () => {
    const { stream, cancelled } = streamOf(['{'], 'hang')
    const source = fakeSource(preset.tokenRequest)
    const fetch = scriptedFetch(
      () => new Response(stream, { headers: { 'content-type': 'application/json' } }),
    )
    const access = createTokenExchange(preset, source, { fetch, maxAttempts: 1, attemptTimeout: 50 })
    const error = await rejectionOf(access.getToken())
    expect(error).toMatchObject({
      name: 'TimeoutError',
      waitingFor: 'the response body of OpenRouter',
      attempts: 1,
    })
    expect(cancelled()).toBe(true)
  })
})

describe('the token of a service account', () => {
  const google = presets.googleCloud(known.googleCloud)

  function impersonating(response: Response) {
    const source = { ...fakeSource({ audience: google.tokenRequest.audience }) }
    const fetch = scriptedFetch(granted(), response)
    return createTokenExchange(google, source, { fetch, maxAttempts: 1 })
  }

  test('ends as long after Google’s own clock as it says', async () => {
    const response = Response.json(
      { accessToken: 'ya29.abc', expireTime: '2001-01-01T00:30:00Z' },
      { headers: { date: 'Mon, 01 Jan 2001 00:00:00 GMT' } },
    )
    const began = Date.now()
    const { expiration } = await impersonating(response).get()
    expect(Math.round((expiration.getTime() - began) / 60_000)).toBe(30)
  })

  test.each([
    ['no time', { accessToken: 'a', expireTime: 'soon' }, 'its expireTime is no time'],
    [
      'a time that is over',
      { accessToken: 'a', expireTime: '2000-12-31T23:59:59Z' },
      'its expireTime is over',
    ],
    ['no token', { expireTime: '2001-01-01T00:30:00Z' }, 'it has no accessToken'],
  ])('with %s is of no use', async (_, body, reason) => {
    const response = Response.json(body, { headers: { date: 'Mon, 01 Jan 2001 00:00:00 GMT' } })
    const error = await rejectionOf(impersonating(response).get())
    expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(`${reason}$`)) })
  })
})

describe('a token that tells its own lifetime', () => {
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '')
  const jwt = (claims: object) => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`
  const chainguard = presets.chainguard(known.chainguard)

  /** The minutes that it is kept. */
  async function minutes(claims: object): Promise<number> {
    const began = Date.now()
    const { audience } = chainguard.tokenRequest
    const response = Response.json({ token: jwt(claims) }, { headers: { date: new Date(0).toUTCString() } })
    const source = fakeSource({ audience, signingAlgorithm: 'ES384' })
    const access = createTokenExchange(chainguard, source, { fetch: scriptedFetch(response) })
    const { expiration } = await access.get()
    return Math.round((expiration.getTime() - began) / 60_000)
  }

  test('is kept for no longer than it has left, where the party had it for a while', async () => {
    expect(await minutes({ iat: -3000, exp: 600 })).toBe(10)
    expect(await minutes({ iat: 0, exp: 600 })).toBe(10)
    // The clock that signs may be ahead of the one that answers.
    expect(await minutes({ iat: 60, exp: 660 })).toBe(10)
    const access_token = jwt({ iat: -3000, exp: 600 })
    const headers = { date: new Date(0).toUTCString() }
    const began = Date.now()
    const response = granted({ access_token, expires_in: undefined }, { headers })
    const { expiration } = await exchanging(response).access.get()
    expect(Math.round((expiration.getTime() - began) / 60_000)).toBe(10)
  })

  test.each([1e15, 1e307])('is kept for a day at most, though it ends at %d', async (exp) => {
    expect(await minutes({ iat: 0, exp })).toBe(24 * 60)
  })

  test.each([
    { iat: 0 },
    { exp: 1 },
    { iat: null, exp: 1 },
    { iat: '0', exp: 1 },
    { iat: 1, exp: 1 },
    { iat: -9, exp: -1 },
  ])('is of no use with %j', async (claims) => {
    expect(await rejectionOf(minutes(claims))).toMatchObject({ code: 'unexpected_reply' })
  })
})

test('a token that is no JWT, or of another party, is not sent', async () => {
  const fetch = scriptedFetch(granted())
  const entra = presets.entra(known.entra)
  const trade = (token: unknown) =>
    createTokenExchange(
      entra,
      { getToken: async () => token as string, invalidate: async () => {} }, // as a program without types may give it
      { fetch },
    ).getToken()
  const audience = 'api://AzureADTokenExchange'
  for (const [token, rule] of [
    ['secret', 'gives what is no signed JWT: it must be a source of AWS web identity tokens'],
    ['a.b.c', 'gives what is no signed JWT: it must be a source of AWS web identity tokens'],
    [
      `${fakeJwt({ audience })}.d`,
      'gives what is no signed JWT: it must be a source of AWS web identity tokens',
    ],
    [undefined, 'gives what is no signed JWT: it must be a source of AWS web identity tokens'],
    [
      { toString: () => fakeJwt({ audience }) },
      'gives what is no signed JWT: it must be a source of AWS web identity tokens',
    ],
    [
      `${fakeJwt({ audience })}\r\nx-evil: 1`,
      'gives what is no signed JWT: it must be a source of AWS web identity tokens',
    ],
    [
      ` ${fakeJwt({ audience })}`,
      'gives what is no signed JWT: it must be a source of AWS web identity tokens',
    ],
    [
      fakeJwt({ audience, signingAlgorithm: 'ES384' }),
      'gives a token whose algorithm must be RS256 for Microsoft Entra: it refuses ES384 with AADSTS5002738',
    ],
    [
      fakeJwt({ audience: 'https://api.openai.com/v1' }),
      'gives a token for another audience: Microsoft Entra wants "api://AzureADTokenExchange" alone',
    ],
    [
      fakeJwt({ audience: [audience, 'https://api.example.com'] }),
      'gives a token for another audience: Microsoft Entra wants "api://AzureADTokenExchange" alone',
    ],
  ] as const) {
    expect(await rejectionOf(trade(token))).toMatchObject({ name: 'InputError', path: 'source', rule })
  }
  expect(await trade(fakeJwt({ audience: [audience] }))).toMatch(/^access-/)
  expect(fetch.requests).toHaveLength(1)
})

describe('what a polluted Object.prototype has', () => {
  async function polluted<T>(name: string, value: unknown, work: () => Promise<T>): Promise<T> {
    Object.defineProperty(Object.prototype, name, { value, configurable: true })
    try {
      return await work()
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  }

  test('is no part of a reply', async () => {
    const without = (name: string) => exchanging(granted({ [name]: undefined })).access.getToken()
    expect(await rejectionOf(polluted('access_token', 'evil', () => without('access_token')))).toMatchObject({
      code: 'unexpected_reply',
    })
    expect(await polluted('error', 'invalid_grant', () => without('error'))).toMatch(/^access-/)
    const refused = exchanging(Response.json({ error: {} }, { status: 400 })).access
    expect(await rejectionOf(polluted('message', 'evil', () => refused.getToken()))).toMatchObject({
      description: undefined,
    })
  })

  test('is no claim of a token', async () => {
    const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const nobodys = `${part({ alg: 'RS256' })}.${part({ jti: 1 })}.c2ln`
    const source = { getToken: async () => nobodys, invalidate: async () => {} }
    const access = createTokenExchange(preset, source, { fetch: scriptedFetch(granted()) })
    const error = await rejectionOf(polluted('aud', preset.tokenRequest.audience, () => access.getToken()))
    expect(error).toMatchObject({ name: 'InputError', path: 'source' })
  })
})
