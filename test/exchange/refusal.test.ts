// A party that refuses, and one that is not well: what the caller is told, and what is tried again.

import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createTokenExchange,
  type ExchangePreset,
  isExchangeError,
  presets,
} from '../../src/exchange/index.ts'
import { isWebIdentityError } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { type Answer, scriptedFetch } from '../support/scripted-fetch.ts'
// Loaded before the clock is a fake one.
import '../../src/exchange/exchanging.ts'
import { fakeJwt, fakeSource, granted } from './fake-source.ts'
import { known } from './parties.ts'

afterEach(() => void vi.useRealTimers())

const openRouter = presets.openRouter(known.openRouter)
const entra = presets.entra(known.entra)

function asked(preset: ExchangePreset, ...answers: Answer[]) {
  const { audience, signingAlgorithm } = preset.tokenRequest
  const source = fakeSource({ audience, signingAlgorithm })
  const fetch = scriptedFetch(...answers)
  return { source, fetch, access: createTokenExchange(preset, source, { fetch }) }
}

const refusal = (status: number, body: object, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers })

/** What comes of it, however long it waits. */
async function settled<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  await vi.advanceTimersByTimeAsync(60_000)
  return work
}

describe('a refusal', () => {
  test('is the code and the words of RFC 6749, with what to do', async () => {
    const { access, fetch } = asked(
      openRouter,
      refusal(
        400,
        { error: 'invalid_grant', error_description: 'Unknown issuer' },
        { 'x-request-id': 'req-7' },
      ),
    )
    const error = await rejectionOf(access.getToken())
    expect(isExchangeError(error) && isWebIdentityError(error)).toBe(true)
    expect(error).toMatchObject({
      name: 'ExchangeError',
      code: 'invalid_grant',
      description: 'Unknown issuer',
      party: 'OpenRouter',
      statusCode: 400,
      requestId: 'req-7',
      retryable: false,
      retryAfter: undefined,
      attempts: 1,
      message:
        'OpenRouter refused the exchange, invalid_grant: Unknown issuer. Compare issuer, subject and audience with what was entered at OpenRouter: `npx aws-web-identity whoami` prints them.',
    })
    expect(fetch.requests).toHaveLength(1)
  })

  test.each<[string, object, Record<string, unknown>]>([
    ['the code alone', { error: 'invalid_client' }, { code: 'invalid_client', description: undefined }],
    [
      'Anthropic’s shape',
      { type: 'error', error: { type: 'authentication_error', message: 'no rule' } },
      { code: 'authentication_error', description: 'no rule' },
    ],
    [
      'Google’s shape',
      { error: { code: 403, status: 'PERMISSION_DENIED', message: 'denied' } },
      { code: 'PERMISSION_DENIED', description: 'denied' },
    ],
    [
      'Tailscale’s shape',
      { message: 'not allowed' },
      { code: 'exchange_refused', description: 'not allowed' },
    ],
    [
      'a shape with a code alone',
      { error: { code: 'token_expired', message: 'too old' } },
      { code: 'token_expired', description: 'too old' },
    ],
    [
      'the code of the RFC with words of another name',
      { error: 'invalid_request', message: 'no audience' },
      { code: 'invalid_request', description: 'no audience' },
    ],
    [
      'words without end',
      { error: 'invalid_scope', error_description: 'no '.repeat(2000) },
      { code: 'invalid_scope', description: 'no '.repeat(2000).slice(0, 1000) },
    ],
    ['nothing at all', {}, { code: 'exchange_refused', description: undefined }],
    ['a code that is none', { error: 'in valid\n' }, { code: 'exchange_refused', description: undefined }],
    [
      'words that are no text',
      { error: 'invalid_scope', error_description: { a: 1 } },
      { code: 'invalid_scope', description: undefined },
    ],
    [
      'words with what would command a terminal',
      { error: 'invalid_scope', error_description: 'a\u001b[31m\u202eb' },
      { code: 'invalid_scope', description: 'a\\u001b[31m\\u202eb' },
    ],
  ])('in %s', async (_, body, wanted) => {
    const error = await rejectionOf(asked(openRouter, refusal(403, body)).access.getToken())
    expect(error).toMatchObject({ name: 'ExchangeError', statusCode: 403, ...wanted })
  })

  test.each(['x-request-id', 'request-id', 'x-ms-request-id', 'x-goog-request-id'])(
    'has the party’s id of the request by %s',
    async (name) => {
      const { access } = asked(openRouter, refusal(400, { error: 'invalid_grant' }, { [name]: 'req-8' }))
      expect(await rejectionOf(access.getToken())).toMatchObject({ requestId: 'req-8' })
    },
  )

  test('that calls itself a success is none', async () => {
    const { access } = asked(openRouter, granted({ error: 'invalid_grant' }))
    expect(await rejectionOf(access.getToken())).toMatchObject({ code: 'invalid_grant', statusCode: 200 })
  })

  test.each([
    [70021, 'Wait some minutes if the federated credential is new'],
    [700211, "Compare the federated credential's issuer"],
    [700213, "Compare the federated credential's issuer"],
    [5002738, 'Ask AWS for RS256.'],
    [700016, 'The application is not in this tenant'],
    [90002, 'There is no such tenant'],
    [500011, 'The tenant does not know the resource'],
  ])('of Entra with AADSTS%i says what to do', async (number, remedy) => {
    const words = { error: 'invalid_client', error_description: `AADSTS${number}: No. Trace ID: 0` }
    const error = await rejectionOf(asked(entra, refusal(401, words)).access.getToken())
    expect(error).toMatchObject({ code: 'invalid_client', remedy: expect.stringContaining(remedy) })
  })

  test('is not asked for again for a second', async () => {
    vi.useFakeTimers()
    const { access, fetch } = asked(openRouter, refusal(400, { error: 'invalid_grant' }))
    const first = await rejectionOf(access.getToken())
    await vi.advanceTimersByTimeAsync(999)
    expect(await rejectionOf(access.getToken())).toBe(first)
    expect(fetch.requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    await rejectionOf(access.getToken())
    expect(fetch.requests).toHaveLength(2)
  })
})

describe('what may pass is tried again', () => {
  test.each<[string, Answer]>([
    ['HTTP 429', refusal(429, { error: 'rate_limited' })],
    ['HTTP 500', new Response('<html>', { status: 500, headers: { 'content-type': 'text/html' } })],
    ['HTTP 502', new Response('', { status: 502 })],
    ['HTTP 503', refusal(503, { error: 'temporarily_unavailable' })],
    ['HTTP 504', new Response('', { status: 504 })],
    ['temporarily_unavailable', refusal(400, { error: 'temporarily_unavailable' })],
    ['server_error', refusal(400, { error: 'server_error' })],
    ['a network failure', new TypeError('fetch failed')],
  ])('%s', async (_, answer) => {
    vi.useFakeTimers()
    const { access, fetch } = asked(openRouter, answer, granted())
    expect(await settled(access.getToken())).toMatch(/^access-/)
    expect(fetch.requests).toHaveLength(2)
    expect(fetch.requests[1]?.body).toBe(fetch.requests[0]?.body)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('as long as successes follow, though there is no end of it', async () => {
    vi.useFakeTimers()
    const { access, fetch } = asked(openRouter, () =>
      fetch.requests.length % 2 === 1 ? new Response('', { status: 502 }) : granted(),
    )
    for (let round = 1; round <= 50; round += 1) {
      const token = access.getToken()
      await vi.advanceTimersByTimeAsync(100)
      expect(await token).toMatch(/^access-/)
      await access.invalidate()
    }
    expect(fetch.requests).toHaveLength(100)
  })

  test('three times at the most', async () => {
    vi.useFakeTimers()
    const { access, fetch } = asked(openRouter, refusal(503, { error: 'temporarily_unavailable' }))
    expect(await rejectionOf(settled(access.getToken()))).toMatchObject({
      code: 'temporarily_unavailable',
      retryable: true,
      attempts: 3,
    })
    expect(fetch.requests).toHaveLength(3)
  })

  test('once a party that wants to be left alone for a while has been', async () => {
    vi.useFakeTimers()
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { access, fetch } = asked(
      openRouter,
      refusal(429, { error: 'rate_limited' }, { 'retry-after': '4' }),
      granted(),
    )
    const token = access.getToken()
    await vi.advanceTimersByTimeAsync(3999)
    expect(fetch.requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await token).toMatch(/^access-/)
    vi.restoreAllMocks()
  })

  test('by the next caller not before the party wants it', async () => {
    vi.useFakeTimers()
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const answer = refusal(429, { error: 'rate_limited' }, { 'retry-after': '25' })
    const { access, fetch } = asked(openRouter, answer, answer, answer, granted())
    expect(await rejectionOf(settled(access.getToken()))).toMatchObject({ attempts: 3, retryAfter: 25_000 })
    expect(fetch.requests).toHaveLength(3)
    vi.restoreAllMocks()
    // `settled` has let a minute pass.
    expect(await access.getToken()).toMatch(/^access-/)
  })
})

test('a party that takes each token once is given another for each request', async () => {
  vi.useFakeTimers()
  const anthropic = presets.anthropic(known.anthropic)
  const { access, fetch, source } = asked(
    anthropic,
    refusal(503, { error: 'temporarily_unavailable' }),
    granted(),
  )
  await settled(access.getToken())
  const assertions = fetch.requests.map(({ body }) => JSON.parse(body).assertion)
  expect(assertions).toEqual(source.given)
  expect(source.given).toHaveLength(2)
  expect(source.dropped).toEqual(source.given)
})

test.each([400, 401])(
  'a token that somebody else has used up, said by HTTP %i, is no refusal: another is tried, once',
  async (status) => {
    const anthropic = presets.anthropic(known.anthropic)
    const used = refusal(status, {
      type: 'error',
      error: { type: 'authentication_error', message: 'jti was used' },
    })
    const lucky = asked(anthropic, used, granted())
    expect(await lucky.access.getToken()).toMatch(/^access-/)
    expect(lucky.source.given).toHaveLength(2)

    const unlucky = asked(anthropic, used)
    expect(await rejectionOf(unlucky.access.getToken())).toMatchObject({ code: 'authentication_error' })
    expect(unlucky.fetch.requests).toHaveLength(2)
  },
)

test('a party that takes each token once, and is not well, is asked three times at the most', async () => {
  vi.useFakeTimers()
  const anthropic = presets.anthropic(known.anthropic)
  const { access, fetch } = asked(anthropic, refusal(400, { error: 'temporarily_unavailable' }))
  expect(await rejectionOf(settled(access.getToken()))).toMatchObject({ attempts: 3 })
  expect(fetch.requests).toHaveLength(3)
})

test('exchanges that share a source never show the same token', async () => {
  const anthropic = presets.anthropic(known.anthropic)
  const source = fakeSource({ ...anthropic.tokenRequest, signingAlgorithm: 'ES384' })
  const fetches = ['default', 'wrkspc_a', 'wrkspc_b', 'wrkspc_c'].map((workspaceId) => {
    const fetch = scriptedFetch(() => granted())
    const workspace = presets.anthropic({ ...known.anthropic, workspaceId })
    return { fetch, token: createTokenExchange(workspace, source, { fetch }).getToken() }
  })
  await Promise.all(fetches.map(({ token }) => token))
  const shown = fetches.flatMap(({ fetch }) => fetch.requests.map(({ body }) => JSON.parse(body).assertion))
  expect(shown).toHaveLength(4)
  expect(new Set(shown).size).toBe(4)
  expect(source.given).toHaveLength(4)
})

test('a source that has one token only has it shown again: the party is to judge', async () => {
  const anthropic = presets.anthropic(known.anthropic)
  const token = fakeJwt({ ...anthropic.tokenRequest, signingAlgorithm: 'ES384' })
  const source = { getToken: async () => token, invalidate: async () => {} }
  for (let count = 0; count < 2; count += 1) {
    const fetch = scriptedFetch(granted())
    await createTokenExchange(anthropic, source, { fetch }).getToken()
    expect(JSON.parse(fetch.requests[0]?.body ?? '').assertion).toBe(token)
  }
})

test('a party whose access token ends with the token of AWS is given a new one each time, the same for its retries', async () => {
  vi.useFakeTimers()
  const openai = presets.openai(known.openai)
  const { access, fetch, source } = asked(openai, new TypeError('fetch failed'), granted())
  await settled(access.getToken())
  expect(source.given).toHaveLength(1)
  expect(source.dropped).toEqual(source.given)
  expect(fetch.requests).toHaveLength(2)
})

test('a party that asks for no more is given the token that is there', async () => {
  const { access, source } = asked(entra, granted())
  await access.getToken()
  expect(source.given).toHaveLength(1)
  expect(source.dropped).toEqual([])
})

test('no response is an error that says why', async () => {
  const failure = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })
  for (const [answer, why] of [
    [failure, 'fetch failed (connect ECONNREFUSED)'],
    [() => undefined as never, 'fetch gave no Response'], // as a fetch of somebody's own may
  ] as const) {
    const fetch = scriptedFetch(answer)
    const source = fakeSource(openRouter.tokenRequest)
    const access = createTokenExchange(openRouter, source, { fetch, maxAttempts: 1 })
    expect(await rejectionOf(access.getToken())).toMatchObject({
      code: 'network_failure',
      message: `No response from https://openrouter.ai: ${why}`,
    })
  }
})

test('what the source throws is what the caller gets, and nothing is sent', async () => {
  const fetch = scriptedFetch(granted())
  const reason = new Error('no credentials')
  const getToken = async () => {
    throw reason
  }
  const access = createTokenExchange(entra, { getToken, invalidate: async () => {} }, { fetch })
  expect(await rejectionOf(access.getToken())).toBe(reason)
  expect(fetch.requests).toHaveLength(0)
})
