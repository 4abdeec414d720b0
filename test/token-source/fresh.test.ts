// What a caller gets: a token that is fresh, from one flight for all, renewed before it is stale.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { InputError } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { AUDIENCE, pass, START, stage, useFakeClock } from './support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a token is minted once and then kept', async () => {
  const { sts, source } = stage()
  const first = await source.getToken()
  expect(await source.getToken()).toBe(first)
  expect(await source.get()).toEqual({ webIdentityToken: first, expiration: new Date(START + 300_000) })
  expect(await source.getSubjectToken()).toBe(first)
  expect(sts.asked).toEqual([{ audience: [AUDIENCE], signingAlgorithm: 'ES384' }])
})

test('what is asked for is sent as it was given', async () => {
  const tags = [{ key: 'team', value: 'web' }]
  const { sts, source } = stage({
    audience: ['a', 'b'],
    durationSeconds: 900,
    tags,
    signingAlgorithm: 'RS256',
  })
  await source.getToken()
  expect(sts.asked).toEqual([{ audience: ['a', 'b'], signingAlgorithm: 'RS256', durationSeconds: 900, tags }])
})

test('who gets the expiration cannot change when the token is renewed', async () => {
  const { source } = stage()
  const { expiration } = await source.get()
  expiration.setTime(0)
  expect((await source.get()).expiration.getTime()).toBe(START + 300_000)
})

describe('ten thousand callers', () => {
  test('of a source without a token are one request', async () => {
    const { sts, source } = stage({}, { latency: 50 })
    const all = Promise.all(Array.from({ length: 10_000 }, () => source.getToken()))
    await pass(50)
    expect(new Set(await all).size).toBe(1)
    expect(sts.asked).toHaveLength(1)
  })

  test('at the edge of its end are one request more', async () => {
    const { sts, source } = stage({ minimumValidity: 1000 }, { latency: 50 })
    const first = source.getToken()
    await pass(50)
    await first
    await pass(299_500)
    const all = Promise.all(Array.from({ length: 10_000 }, () => source.getToken()))
    await pass(50)
    expect([...new Set(await all)]).toEqual([sts.minted[1]])
    expect(sts.asked).toHaveLength(2)
  })
})

describe('a token that is given out has enough left', () => {
  test.each([
    ['60 s of an hour', { durationSeconds: 3600 }, 3540],
    ['a fifth of five minutes', {}, 240],
    ['a fifth of a minute', { durationSeconds: 60 }, 48],
    ['what the owner says', { durationSeconds: 900, minimumValidity: 600_000 }, 300],
    ['nothing, if the owner says so', { minimumValidity: 0 }, 300],
  ])('%s', async (_, options, staleAfter) => {
    // So that nothing is renewed ahead.
    const { sts, source } = stage(options, () => ({
      error: sts.minted.length > 0 ? new Error('STS is down') : undefined,
    }))
    const first = await source.getToken()
    await pass(staleAfter * 1000 - 1)
    expect(await source.getToken()).toBe(first)
    await pass(60_000)
    await expect(source.getToken()).rejects.toThrow('STS is down')
  })

  test('by the server’s clock, where its client has learnt it', async () => {
    const { sts, source } = stage()
    sts.ahead = 3_600_000
    sts.learnt = 3_600_000
    const first = await source.getToken()
    await pass(200_000)
    expect(await source.getToken()).toBe(first)
    expect((await source.get()).expiration.getTime()).toBe(START + 3_900_000)
    await pass(41_000)
    expect(await source.getToken()).not.toBe(first)
  })

  test.each([-600_000, 600_000])('where the clocks are %d ms apart and AWS did not mind', async (ahead) => {
    const { sts, source } = stage()
    sts.ahead = ahead
    const first = await source.getToken()
    await pass(150_000)
    expect(await source.getToken()).toBe(first)
    await pass(91_000)
    expect(await source.getToken()).not.toBe(first)
    expect(sts.asked).toHaveLength(2)
  })
})

describe('a token is renewed ahead', () => {
  test.each([
    [0, 0.7],
    [0.5, 0.775],
    [0.999, 0.85],
  ])(
    'with the luck of %d after %d of its lifetime, and who triggers it is not held up',
    async (luck, part) => {
      vi.spyOn(Math, 'random').mockReturnValue(luck)
      const { sts, source } = stage({ durationSeconds: 3600 }, { latency: 100 })
      const first = source.getToken()
      await pass(100)
      await first
      await pass(3_600_000 * part - 1200)
      expect(await source.getToken()).toBe(await first)
      expect(sts.asked).toHaveLength(1)
      await pass(1300)
      expect(await source.getToken()).toBe(await first)
      await pass(100)
      expect(sts.asked).toHaveLength(2)
      expect(await source.getToken()).toBe(sts.minted[1])
    },
  )

  test('before it is stale, however much is to be left', async () => {
    const { sts, source } = stage({ durationSeconds: 1000, minimumValidity: 900_000 })
    const first = await source.getToken()
    await pass(96_000)
    expect(await source.getToken()).toBe(first)
    await pass(1)
    expect(await source.getToken()).toBe(sts.minted[1])
  })

  test('at another time in each source, and at the same in each round of one', async () => {
    const times = new Set<number>()
    for (let index = 0; index < 20; index += 1) {
      const { sts, source } = stage({ durationSeconds: 3600 })
      await source.getToken()
      let waited = 2_500_000
      await pass(waited)
      for (; sts.asked.length === 1; waited += 40_000) {
        await pass(40_000)
        await source.getToken()
      }
      times.add(waited)
    }
    expect(times.size).toBeGreaterThan(4)
    expect(Math.min(...times)).toBeGreaterThan(2_500_000)
    expect(Math.max(...times)).toBeLessThanOrEqual(3_100_000)
  })

  test('by no timer of its own: nothing runs while nobody asks', async () => {
    const { sts, source } = stage()
    await source.getToken()
    expect(vi.getTimerCount()).toBe(0)
    await pass(3_600_000)
    expect(sts.asked).toHaveLength(1)
  })
})

describe('a caller who goes', () => {
  test('is let go at once, and the others get their token', async () => {
    const { sts, source } = stage({}, { latency: 1000 })
    const controller = new AbortController()
    const first = rejectionOf(source.getToken({ signal: controller.signal }))
    const second = source.getToken()
    await pass(10)
    const reason = new Error('gone')
    controller.abort(reason)
    expect(await first).toBe(reason)
    await pass(1000)
    expect(await second).toBe(sts.minted[0])
    expect(sts.asked).toHaveLength(1)
  })

  test('was never there: nothing is asked for him', async () => {
    const { sts, source } = stage()
    expect(await rejectionOf(source.getToken({ signal: AbortSignal.abort('gone') }))).toBe('gone')
    expect(sts.asked).toEqual([])
    await source.getToken()
    expect(await rejectionOf(source.get({ signal: AbortSignal.abort('gone') }))).toBe('gone')
  })

  test('leaves no listener on his signal, and no timer', async () => {
    const { source } = stage({}, { latency: 100 })
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    const token = source.getToken({ signal })
    await pass(100)
    await token
    expect(added.mock.calls.length).toBeGreaterThan(0)
    expect(removed.mock.calls.length).toBe(added.mock.calls.length)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('what SDKs do with it', () => {
  test('they take its functions from it, and pass contexts of their own', async () => {
    const { sts, source } = stage()
    const { getToken, getSubjectToken, tokenType } = source
    expect(tokenType).toBe('jwt')
    const context = { clientId: 'client', tokenEndpoint: 'https://login.example.com' }
    await getToken(context as object)
    await (getSubjectToken as (context: object) => Promise<string>)(context)
    expect(sts.asked).toHaveLength(1)
  })

  test('a bare signal is refused and not ignored', async () => {
    const { source } = stage()
    expect(await rejectionOf(source.getToken(new AbortController().signal as object))).toBeInstanceOf(
      InputError,
    )
    expect(await rejectionOf(source.getToken({ signal: 'now' as never }))).toBeInstanceOf(InputError)
  })
})

describe('disposed of', () => {
  test('it lets go who waits, ends the request, and refuses who comes', async () => {
    const { source, events } = stage({}, { latency: 1000 })
    const waiting = rejectionOf(source.getToken())
    await pass(10)
    await source[Symbol.asyncDispose]()
    expect(await waiting).toMatchObject({ code: 'disposed' })
    expect(await rejectionOf(source.getToken())).toMatchObject({ code: 'disposed' })
    expect(events).toEqual([])
    await pass(1000)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('it gives nothing that it had', async () => {
    const { source } = stage()
    await source.getToken()
    await source[Symbol.asyncDispose]()
    expect(await rejectionOf(source.getToken())).toMatchObject({ code: 'disposed' })
  })
})
