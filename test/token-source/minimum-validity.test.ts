// A caller who needs more to be left of his token than others do: he waits for a newer one, and nobody else notices.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SessionDurationEscalationException } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { isolate, memoryStore } from './memory-store.ts'
import { type FakeSts, fakeSts, pass, type Stage, stage, useFakeClock } from './support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const MINUTE = 60_000

/** A source of tokens of 15 minutes, which has had one for so many milliseconds. */
async function aged(age: number): Promise<Stage & { first: string }> {
  const staged = stage({ durationSeconds: 900 })
  const first = await staged.source.getToken()
  await pass(age)
  return { ...staged, first }
}

describe('who needs more than is left', () => {
  test('waits for a newer token, and the others get the old one meanwhile', async () => {
    const { sts, source, first } = await aged(6 * MINUTE)
    sts.turn = { latency: 1000 }
    const newer = source.get({ minimumValidity: 10 * MINUTE })
    expect(await source.getToken()).toBe(first)
    await pass(1000)
    const { webIdentityToken, expiration } = await newer
    expect(webIdentityToken).toBe(sts.minted[1])
    expect(expiration.getTime() - Date.now()).toBeGreaterThanOrEqual(10 * MINUTE)
    expect(await source.getToken()).toBe(webIdentityToken)
    expect(sts.asked).toHaveLength(2)
  })

  test('needs one millisecond more: as much as is left would have done', async () => {
    const { sts, source, first } = await aged(6 * MINUTE)
    expect(await source.getToken({ minimumValidity: 9 * MINUTE })).toBe(first)
    expect(sts.asked).toHaveLength(1)
    expect(await source.getToken({ minimumValidity: 9 * MINUTE + 1 })).not.toBe(first)
  })

  test('is one of ten thousand: one request is for all of them', async () => {
    const { sts, source } = await aged(6 * MINUTE)
    sts.turn = { latency: 50 }
    const options = { minimumValidity: 10 * MINUTE }
    const all = Promise.all(Array.from({ length: 10_000 }, () => source.getToken(options)))
    await pass(50)
    expect([...new Set(await all)]).toEqual([sts.minted[1]])
    expect(sts.asked).toHaveLength(2)
  })

  test('joins a renewal that another has begun', async () => {
    const { sts, source, first } = await aged(13 * MINUTE)
    sts.turn = { latency: 50 }
    expect(await source.getToken()).toBe(first)
    const newer = source.getToken({ minimumValidity: 10 * MINUTE })
    await pass(50)
    expect(await newer).toBe(sts.minted[1])
    expect(sts.asked).toHaveLength(2)
  })

  test('is let go by his signal, and the token comes for the others', async () => {
    const { sts, source } = await aged(6 * MINUTE)
    sts.turn = { latency: 50 }
    const controller = new AbortController()
    const gone = rejectionOf(source.getToken({ minimumValidity: 10 * MINUTE, signal: controller.signal }))
    await pass(10)
    controller.abort('gone')
    expect(await gone).toBe('gone')
    await pass(40)
    expect(await source.getToken()).toBe(sts.minted[1])
  })

  test('is refused once the source was disposed of', async () => {
    const { source } = await aged(0)
    await source[Symbol.asyncDispose]()
    expect(await rejectionOf(source.getToken({ minimumValidity: 1 }))).toMatchObject({ code: 'disposed' })
  })
})

test.each([0, 1, MINUTE, undefined])(
  'to need %s ms, and no more than is always left, changes nothing',
  async (minimumValidity) => {
    const { sts, source, first } = await aged(14 * MINUTE - 1)
    sts.turn = { error: new Error('STS is down') }
    // The second one comes while nothing is asked.
    for (const _ of [1, 2]) expect(await source.getToken({ minimumValidity })).toBe(first)
    await pass(1)
    expect(await rejectionOf(source.getToken({ minimumValidity }))).toBe(sts.turn.error)
  },
)

test('where no newer token can be had, only who needs one is told, by the error of AWS, once in each step', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.9)
  const { sts, source, first, events } = await aged(6 * MINUTE)
  const error = new Error('STS is down')
  sts.turn = { error }
  for (let call = 0; call < 100; call += 1) {
    expect(await rejectionOf(source.getToken({ minimumValidity: 10 * MINUTE }))).toBe(error)
    expect(await source.getToken()).toBe(first)
  }
  expect(sts.asked).toHaveLength(2)
  expect(events.slice(1)).toMatchObject([{ type: 'refresh_failed', isCovered: false }])
  await pass(900)
  sts.turn = {}
  expect(await source.getToken({ minimumValidity: 10 * MINUTE })).toBe(sts.minted[1])
})

describe('where the session of the credentials ends before', () => {
  /** Whose sessions have five minutes left. */
  const cut: FakeSts['turn'] = ({ durationSeconds = 0 }) => {
    const details = { message: 'Too long.', statusCode: 403, requestId: undefined, retryable: false }
    const code = 'SessionDurationEscalationException'
    const longest = { fault: 'client', attempts: 0, longestDurationSeconds: 300 } as const
    const error = new SessionDurationEscalationException({ code, ...details, ...longest })
    return durationSeconds > 300 ? { error } : {}
  }

  test('the error says what came, which the others get', async () => {
    const { sts, source } = stage({ durationSeconds: 900 }, cut)
    expect(await rejectionOf(source.getToken({ minimumValidity: 10 * MINUTE }))).toMatchObject({
      name: 'ResponseError',
      code: 'unexpected_reply',
      message:
        'What came in place of a new token was one with 300000 ms left, where 600000 ms were asked for',
      retryable: true,
    })
    expect(await source.getToken()).toBe(sts.minted[0])
    expect(await source.getToken({ minimumValidity: 5 * MINUTE })).toBe(sts.minted[0])
  })

  test('who asks again and again has one token minted in five seconds', async () => {
    const { sts, source } = stage({ durationSeconds: 900 }, cut)
    const options = { minimumValidity: 10 * MINUTE }
    for (let call = 0; call < 100; call += 1) {
      expect(await rejectionOf(source.getToken(options))).toMatchObject({ code: 'unexpected_reply' })
      await pass(100)
    }
    expect(sts.minted).toHaveLength(2)
    sts.turn = {}
    expect(await source.getToken(options)).toBe(sts.minted[2])
  })

  test('who can be helped is helped meanwhile', async () => {
    const { sts, source } = stage({ durationSeconds: 900 }, cut)
    await rejectionOf(source.getToken({ minimumValidity: 10 * MINUTE }))
    await pass(2000)
    expect(await source.getToken({ minimumValidity: 5 * MINUTE - 1000 })).toBe(sts.minted[1])
    await rejectionOf(source.getToken({ minimumValidity: 10 * MINUTE }))
    expect(sts.minted).toHaveLength(2)
  })

  test('a token that is dropped is replaced by what can be had then', async () => {
    const { sts, source } = stage({ durationSeconds: 900 }, cut)
    await rejectionOf(source.getToken({ minimumValidity: 10 * MINUTE }))
    sts.turn = {}
    await source.invalidate()
    expect(await source.getToken({ minimumValidity: 10 * MINUTE })).toBe(sts.minted[1])
  })
})

describe('of a store', () => {
  /** Another isolate has put a token of 15 minutes there, six minutes ago. */
  async function shared() {
    const store = memoryStore()
    const sts = fakeSts()
    const other = isolate(store, { sts, durationSeconds: 900 })
    const token = await other.source.getToken()
    await other.settled()
    await pass(6 * MINUTE)
    return { store, token, ...isolate(store, { sts, durationSeconds: 900 }) }
  }

  test('a token that has enough left is taken', async () => {
    const { source, sts, token } = await shared()
    expect(await source.getToken({ minimumValidity: 9 * MINUTE })).toBe(token)
    expect(sts.asked).toHaveLength(1)
  })

  test('a token that has less left is not: one is minted, and put in its place', async () => {
    const { source, sts, token, store, settled, events } = await shared()
    expect(await source.getToken({ minimumValidity: 10 * MINUTE })).toBe(sts.minted[1])
    expect(sts.minted[1]).not.toBe(token)
    expect(events).toMatchObject([{ type: 'token', from: 'sts' }])
    await settled()
    expect(await isolate(store, { durationSeconds: 900 }).source.getToken()).toBe(sts.minted[1])
  })

  test('a token will do again for who needs no more, when he who did has his', async () => {
    const { source, sts, store, settled } = await shared()
    await source.getToken({ minimumValidity: 10 * MINUTE })
    await settled()
    await pass(10 * MINUTE)
    const other = isolate(store, { sts, durationSeconds: 900 })
    const newest = await other.source.getToken({ minimumValidity: 10 * MINUTE })
    await other.settled()
    await pass(6 * MINUTE)
    expect(await source.getToken()).toBe(newest)
    expect(sts.asked).toHaveLength(3)
  })

  test('a token is no good for who comes at the moment when somebody who needs less has found it', async () => {
    const store = memoryStore()
    const sts = fakeSts()
    const other = isolate(store, { sts, durationSeconds: 900 })
    const found = await other.source.getToken()
    await other.settled()
    await pass(6 * MINUTE)
    let late: Promise<string> | undefined
    const { source } = isolate(store, {
      sts,
      durationSeconds: 900,
      onEvent() {
        late ??= source.getToken({ minimumValidity: 10 * MINUTE })
      },
    })
    expect(await source.getToken()).toBe(found)
    expect(await late).toBe(sts.minted[1])
    expect(sts.asked).toHaveLength(2)
  })
})

describe('what cannot be asked for', () => {
  const most = 'must be at most 810000 ms here'
  test.each<[string, unknown, string]>([
    ['more than nine tenths of the lifetime', 810_001, most],
    ['all the time there is', Number.POSITIVE_INFINITY, most],
    ['less than nothing', -1, 'must not be negative'],
    ['no number', Number.NaN, 'must be a number of milliseconds'],
    ['a text', '10m', 'must be a number of milliseconds'],
    ['null', null, 'must be a number of milliseconds'],
  ])('%s', async (_, minimumValidity, rule) => {
    const { sts, source } = stage({ durationSeconds: 900 })
    const options = { minimumValidity } as { minimumValidity: number } // as JavaScript may pass it
    for (const refused of [source.getToken(options), source.get(options)]) {
      expect(await rejectionOf(refused)).toMatchObject({ name: 'InputError', path: 'minimumValidity', rule })
    }
    expect(sts.asked).toEqual([])
    expect(await source.getToken({ minimumValidity: 810_000 })).toBe(sts.minted[0])
  })
})
