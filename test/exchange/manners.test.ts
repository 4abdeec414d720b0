// Access tokens are kept in the manners of the token source: fresh, one exchange for all, renewed ahead, shared, dropped.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type AccessTokenSource,
  createTokenExchange,
  type ExchangePreset,
  type ExchangeStep,
  presets,
  type TokenExchangeOptions,
} from '../../src/exchange/index.ts'
import { type TokenSourceEvent, withWebIdentity } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { type Answer, scriptedFetch } from '../support/scripted-fetch.ts'
import { memoryStore } from '../token-source/memory-store.ts'
// Loaded before the clock is a fake one.
import '../../src/exchange/exchanging.ts'
import '../../src/token-source/stored-origin.ts'
import { fakeSource, granted } from './fake-source.ts'
import { known } from './parties.ts'

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 29) }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const preset = presets.entra(known.entra)
const MINUTE = 60_000

function exchanging(options: TokenExchangeOptions = {}, ...answers: Answer[]) {
  const source = fakeSource(preset.tokenRequest)
  const fetch = scriptedFetch(...(answers.length > 0 ? answers : [() => granted()]))
  return { source, fetch, access: createTokenExchange(preset, source, { fetch, ...options }) }
}

/** An answer that comes after so many milliseconds. */
const slow = (delay: number): Answer => {
  return async (signal) => {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, delay)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    })
    return granted()
  }
}

test('ten thousand who ask at once are one exchange', async () => {
  const { access, fetch } = exchanging({}, slow(100))
  const tokens = Array.from({ length: 10_000 }, () => access.getToken())
  await vi.advanceTimersByTimeAsync(100)
  expect(new Set(await Promise.all(tokens)).size).toBe(1)
  expect(fetch.requests).toHaveLength(1)
})

test('a token is kept until it is stale, and renewed ahead without holding anybody up', async () => {
  const { access, fetch } = exchanging()
  const first = await access.getToken()
  await vi.advanceTimersByTimeAsync(41 * MINUTE)
  expect(await access.getToken()).toBe(first)
  expect(fetch.requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(11 * MINUTE)
  expect(await access.getToken()).toBe(first)
  await vi.advanceTimersByTimeAsync(1)
  expect(fetch.requests).toHaveLength(2)
  expect(await access.getToken()).not.toBe(first)
})

test.each([
  [0, 42],
  [1, 51],
])('by chance, here %d, it is renewed ahead after %d of 60 minutes', async (random, minutes) => {
  vi.spyOn(Math, 'random').mockReturnValue(random)
  const { access, fetch } = exchanging()
  await access.getToken()
  await vi.advanceTimersByTimeAsync(minutes * MINUTE - 1)
  await access.getToken()
  expect(fetch.requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  await access.getToken()
  await vi.advanceTimersByTimeAsync(1)
  expect(fetch.requests).toHaveLength(2)
})

test('a token lives from when it was asked for, however long the answer takes', async () => {
  const { access } = exchanging({}, slow(5000))
  const began = Date.now()
  const token = access.get()
  await vi.advanceTimersByTimeAsync(5000)
  expect((await token).expiration.getTime()).toBe(began + 60 * MINUTE)
})

test('who has given up is given no token, though one is there', async () => {
  const { access } = exchanging()
  await access.getToken()
  const signal = AbortSignal.abort(new Error('gone'))
  expect(await rejectionOf(access.getToken({ signal }))).toHaveProperty('message', 'gone')
})

test('a token that is given out has as much left as is wanted', async () => {
  const { access, fetch } = exchanging({ minimumValidity: 30 * MINUTE })
  const first = await access.getToken()
  await vi.advanceTimersByTimeAsync(31 * MINUTE)
  const { accessToken, expiration } = await access.get()
  expect(accessToken).not.toBe(first)
  expect(expiration.getTime() - Date.now()).toBeGreaterThanOrEqual(30 * MINUTE)
  expect(fetch.requests).toHaveLength(2)
})

test('who needs more than is left has the token exchanged anew, for all', async () => {
  const { access, fetch } = exchanging()
  const first = await access.getToken()
  await vi.advanceTimersByTimeAsync(31 * MINUTE)
  expect(await access.getToken({ minimumValidity: 29 * MINUTE })).toBe(first)
  const { accessToken, expiration } = await access.get({ minimumValidity: 30 * MINUTE })
  expect(accessToken).not.toBe(first)
  expect(expiration.getTime() - Date.now()).toBeGreaterThanOrEqual(30 * MINUTE)
  expect(await access.getToken()).toBe(accessToken)
  expect(fetch.requests).toHaveLength(2)
})

test('who needs more than the party gives is told after one exchange, and not by one each time', async () => {
  const { access, fetch } = exchanging()
  const options = { minimumValidity: 90 * MINUTE }
  for (let call = 0; call < 100; call += 1) {
    expect(await rejectionOf(access.getToken(options))).toMatchObject({
      code: 'unexpected_reply',
      message: expect.stringContaining('3600000 ms left, where 5400000 ms were asked for'),
    })
  }
  expect(fetch.requests).toHaveLength(1)
  expect(await rejectionOf(access.getToken({ minimumValidity: -1 }))).toMatchObject({ name: 'InputError' })
})

test('while the party is down, nobody notices as long as the token lives', async () => {
  const events: TokenSourceEvent[] = []
  const down = new TypeError('fetch failed')
  const { access } = exchanging({ onEvent: (event) => events.push(event), maxAttempts: 1 }, granted(), down)
  const first = await access.getToken()
  await vi.advanceTimersByTimeAsync(55 * MINUTE)
  expect(await access.getToken()).toBe(first)
  await vi.advanceTimersByTimeAsync(1)
  expect(events).toEqual([
    { type: 'token', from: 'exchange', expiration: expect.any(Date) },
    {
      type: 'refresh_failed',
      errorCode: 'network_failure',
      message: expect.stringMatching(/^No response/),
      remedy: undefined,
      requestId: undefined,
      delay: expect.any(Number),
      isCovered: true,
    },
  ])
})

test('a token that a service refused is dropped, once for all who say so', async () => {
  const { access, fetch } = exchanging()
  const first = await access.getToken()
  await Promise.all(Array.from({ length: 100 }, () => access.invalidate(first)))
  const second = await access.getToken()
  await access.invalidate(first)
  expect(await access.getToken()).toBe(second)
  expect(second).not.toBe(first)
  expect(fetch.requests).toHaveLength(2)
})

test('a fetch that carries it gets another after a 401', async () => {
  const { access, fetch } = exchanging()
  const seen: (string | null)[] = []
  const api = async (_: unknown, init?: RequestInit) => {
    seen.push(new Headers(init?.headers).get('authorization'))
    return new Response(null, { status: seen.length === 1 ? 401 : 204 })
  }
  const fetchApi = withWebIdentity(api, access, { hosts: ['graph.microsoft.com'] })
  expect((await fetchApi('https://graph.microsoft.com/v1.0/me')).status).toBe(204)
  expect(seen[0]).toMatch(/^Bearer access-/)
  expect(seen[1]).not.toBe(seen[0])
  expect(fetch.requests).toHaveLength(2)
})

describe('who waits is let go', () => {
  test('by his own signal, while the exchange goes on for the others', async () => {
    const { access, fetch } = exchanging({}, slow(100))
    const controller = new AbortController()
    const mine = rejectionOf(access.getToken({ signal: controller.signal }))
    const others = access.getToken()
    await vi.advanceTimersByTimeAsync(50)
    controller.abort(new Error('changed my mind'))
    expect(await mine).toHaveProperty('message', 'changed my mind')
    await vi.advanceTimersByTimeAsync(50)
    expect(await others).toMatch(/^access-/)
    expect(fetch.requests).toHaveLength(1)
  })

  test('by the bound on an exchange, while a fetch does not listen', async () => {
    const { access } = exchanging({ timeout: 3000 }, () => new Promise<Response>(() => {}))
    const rejection = rejectionOf(access.getToken())
    await vi.advanceTimersByTimeAsync(3000)
    expect(await rejection).toMatchObject({ name: 'TimeoutError' })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('by the bound on one request, of ten seconds', async () => {
    const { access } = exchanging({ maxAttempts: 1 }, () => new Promise<Response>(() => {}))
    const rejection = rejectionOf(access.getToken())
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await rejection).toMatchObject({ name: 'TimeoutError', timeout: 10_000 })
  })

  test('when the source is disposed of between two attempts', async () => {
    const { access } = exchanging({}, new Response('', { status: 503, headers: { 'retry-after': '5' } }))
    const rejection = rejectionOf(access.getToken())
    await vi.advanceTimersByTimeAsync(50)
    await access[Symbol.asyncDispose]()
    expect(await rejection).toMatchObject({ code: 'disposed' })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('when the source is disposed of while its own source has no token, which is let go too', async () => {
    let signal: AbortSignal | undefined
    const getToken = (options?: { signal?: AbortSignal }) => {
      signal = options?.signal
      return new Promise<string>(() => {})
    }
    const access = createTokenExchange(preset, { getToken, invalidate: async () => {} })
    const rejection = rejectionOf(access.getToken())
    await vi.advanceTimersByTimeAsync(50)
    await access[Symbol.asyncDispose]()
    expect(await rejection).toMatchObject({ code: 'disposed' })
    expect(signal?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('when the source is disposed of, and nobody gets a token after that', async () => {
    const { access } = exchanging({}, slow(100))
    const rejection = rejectionOf(access.getToken())
    await vi.advanceTimersByTimeAsync(50)
    await access[Symbol.asyncDispose]()
    expect(await rejection).toMatchObject({ code: 'disposed' })
    expect(await rejectionOf(access.getToken())).toMatchObject({ code: 'disposed' })
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a store', () => {
  const sealingKeys = new Uint8Array(32).fill(7)

  const pending: Promise<unknown>[] = []
  const waitUntil = (promise: Promise<unknown>) => void pending.push(promise)

  /** The token, once it is in the store. */
  async function tokenOf(access: AccessTokenSource): Promise<string> {
    const token = await access.getToken()
    // The flight, and then the write that it began.
    for (let count = 0; count < pending.length; count += 1) await pending[count]
    return token
  }

  test('shares an access token with its scope, sealed', async () => {
    const store = memoryStore()
    const options = { store, sealingKeys, principal: 'worker', waitUntil }
    const first = exchanging(options, granted({ scope: 'a b' }))
    const token = await tokenOf(first.access)
    const [[name, sealed] = []] = [...store.entries]
    expect(name).toMatch(/^access-token:[\w-]{43}$/)
    expect(JSON.stringify(sealed)).not.toContain(token)
    const second = exchanging(options)
    expect(await second.access.get()).toMatchObject({ accessToken: token, scope: 'a b' })
    expect(second.fetch.requests).toHaveLength(0)
    expect(second.source.given).toHaveLength(0)
  })

  test('keeps apart whatever differs: the principal, the party, what is asked for', async () => {
    const store = memoryStore()
    const base = { store, sealingKeys, principal: 'worker', waitUntil }
    const others = [
      preset,
      presets.entra({ ...known.entra, scope: 'https://vault.azure.net/.default' }),
      presets.entra({ ...known.entra, tenant: 'contoso.com' }),
      presets.entra({ ...known.entra, durationSeconds: 60 }),
      presets.entra({
        ...known.entra,
        tokenEndpoint: 'https://login.microsoftonline.us/t/oauth2/v2.0/token',
      }),
    ]
    for (const each of others) {
      const source = fakeSource(each.tokenRequest)
      const options = { ...base, fetch: scriptedFetch(() => granted()) }
      await tokenOf(createTokenExchange(each, source, options))
    }
    await tokenOf(exchanging({ ...base, principal: 'another' }).access)
    expect(store.entries.size).toBe(others.length + 1)
  })

  test.each<[string, object, string]>([
    ['without keys', { store: memoryStore(), principal: 'worker' }, 'sealingKeys'],
    ['without saying whose', { store: memoryStore(), sealingKeys }, 'principal'],
    ['that is none', { store: {}, sealingKeys, principal: 'worker' }, 'store'],
  ])('%s is refused', (_, options, path) => {
    // As a program without types may call it.
    expect(() => exchanging(options as TokenExchangeOptions)).toThrow(expect.objectContaining({ path }))
  })
})

const [step] = preset.exchange.steps as [ExchangeStep] // Entra has one

/** As a program may make a preset of its own. */
function exchangingAs(exchange: Partial<ExchangePreset['exchange']>) {
  const own = { ...preset, exchange: { ...preset.exchange, ...exchange } }
  return createTokenExchange(own, fakeSource(preset.tokenRequest))
}

test.each<[string, () => unknown, string]>([
  [
    'a preset without an exchange',
    () =>
      createTokenExchange(
        presets.snowflake({ account: 'a' }) as typeof preset,
        fakeSource({ audience: 'a' }),
      ),
    'preset',
  ],
  ['a preset whose exchange has no step', () => exchangingAs({ steps: [] }), 'preset'],
  [
    'a preset whose endpoint is not encrypted',
    () => exchangingAs({ steps: [{ ...step, endpoint: new URL('http://login.example/token') }] }),
    'preset',
  ],
  [
    'a preset whose endpoint is none',
    () => exchangingAs({ steps: [step, { ...step, endpoint: '/token' as never }] }),
    'preset',
  ],
  [
    'a preset whose endpoint is a text, which could not be sent to',
    () => exchangingAs({ steps: [{ ...step, endpoint: 'https://login.example/token' as never }] }),
    'preset',
  ],
  ['no preset', () => createTokenExchange('entra' as never, fakeSource({ audience: 'a' })), 'preset'],
  [
    'a source that only gives',
    () => createTokenExchange(preset, { getToken: async () => '' } as never),
    'source',
  ],
  ['a number of attempts that is none', () => exchanging({ maxAttempts: 0 }), 'maxAttempts'],
  ['a bound that is none', () => exchanging({ attemptTimeout: -1 }), 'attemptTimeout'],
  ['an option that is not known', () => exchanging({ retries: 1 } as never), 'retries'],
  ['a fetch that is none', () => exchanging({ fetch: {} as never }), 'fetch'],
])('%s is refused when the source is made', (_, make, path) => {
  expect(make).toThrow(expect.objectContaining({ name: 'InputError', path }))
})
