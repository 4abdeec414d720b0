// What a caller notices when no token can be had: nothing while the old one is good, and the real error after that.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CredentialsError,
  OutboundWebIdentityFederationDisabledException,
  ServiceError,
  SessionDurationEscalationException,
  TimeoutError,
  type TokenSourceEvent,
} from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { pass, stage, useFakeClock } from './support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function serviceError(code: string, retryable: boolean): ServiceError {
  const details = { code, message: 'AWS says so.', statusCode: retryable ? 503 : 403, requestId: undefined }
  return new ServiceError({ ...details, fault: retryable ? 'server' : 'client', retryable, attempts: 3 })
}
const DOWN = serviceError('ServiceUnavailable', true)
const DENIED = serviceError('AccessDenied', false)

const failures = (events: readonly TokenSourceEvent[]) =>
  events.filter((event) => event.type === 'refresh_failed')

describe('a renewal that fails', () => {
  test('costs nobody anything while the token is good, and is told', async () => {
    const { sts, source, events } = stage({ durationSeconds: 3600 })
    const first = await source.getToken()
    sts.turn = { error: DOWN }
    await pass(3_100_000)
    for (let second = 0; second < 400; second += 1) {
      expect(await source.getToken()).toBe(first)
      await pass(1000)
    }
    expect(failures(events)[0]).toMatchObject({ errorCode: 'ServiceUnavailable', isCovered: true })
    // Steps of 1, 2, 4, 8, 16, 30, 30 … seconds, each cut by chance, half of it in the mean.
    expect(sts.asked.length).toBeGreaterThan(10)
    expect(sts.asked.length).toBeLessThan(80)
  })

  test('is over as soon as STS is back', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { sts, source } = stage({ durationSeconds: 3600 })
    await source.getToken()
    await pass(3_000_000)
    sts.turn = { error: DOWN }
    await source.getToken()
    await pass(10)
    sts.turn = {}
    await source.getToken()
    expect(sts.asked).toHaveLength(2)
    await pass(500)
    await source.getToken()
    await pass(0)
    expect(await source.getToken()).toBe(sts.minted[1])
  })

  test('once the token is stale, is the callers’ own error', async () => {
    const { sts, source, events } = stage()
    await source.getToken()
    sts.turn = { error: DOWN }
    await pass(241_000)
    expect(await rejectionOf(source.getToken())).toBe(DOWN)
    expect(failures(events)).toEqual([
      {
        type: 'refresh_failed',
        errorCode: 'ServiceUnavailable',
        message: 'AWS says so.',
        remedy: undefined,
        requestId: undefined,
        delay: expect.any(Number),
        isCovered: false,
      },
    ])
  })
})

describe('who watches is told', () => {
  test('what AWS said, what to do about it, and by which request', async () => {
    const error = new OutboundWebIdentityFederationDisabledException({
      code: 'OutboundWebIdentityFederationDisabledException',
      message: 'It is off',
      statusCode: 403,
      requestId: 'request-1',
      fault: 'client',
      retryable: false,
      attempts: 1,
      remedy: 'Switch it on.',
    })
    const { source, events } = stage({}, { error })
    await rejectionOf(source.getToken())
    expect(events).toEqual([
      {
        type: 'refresh_failed',
        errorCode: 'OutboundWebIdentityFederationDisabledException',
        message: 'It is off. Switch it on.',
        remedy: 'Switch it on.',
        requestId: 'request-1',
        delay: 1000,
        isCovered: false,
      },
    ])
  })

  test('what another error of ours says, which knows no more', async () => {
    const { source, events } = stage({}, { error: new CredentialsError('There is no key') })
    await rejectionOf(source.getToken())
    const unknown = { remedy: undefined, requestId: undefined }
    expect(events).toMatchObject([
      { errorCode: 'invalid_credentials', message: 'There is no key', ...unknown },
    ])
  })

  test('nothing that somebody else’s error says: it may be a secret', async () => {
    const secrets = { remedy: 'hunter2', requestId: 'hunter2', code: 'hunter2' }
    const error = Object.assign(new Error('the key is hunter2'), secrets)
    const { source, events } = stage({}, { error })
    expect(await rejectionOf(source.getToken())).toBe(error)
    const unknown = { message: undefined, remedy: undefined, requestId: undefined }
    expect(events).toMatchObject([{ errorCode: 'unknown', ...unknown }])
    expect(JSON.stringify(events)).not.toContain('hunter2')
  })
})

describe('while nothing can be had', () => {
  test('at most one request goes out in each step of the backoff, however many ask', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { sts, source } = stage({}, { error: DOWN, latency: 10 })
    const times: number[] = []
    const began = Date.now()
    for (let tick = 0; tick < 1000; tick += 1) {
      const before = sts.asked.length
      const crowd = Array.from({ length: 20 }, () => rejectionOf(source.getToken()))
      await pass(100)
      expect(new Set(await Promise.all(crowd))).toEqual(new Set([DOWN]))
      if (sts.asked.length > before) times.push(Date.now() - began)
    }
    // 1, 2, 4, 8, 16 and then 30 seconds.
    expect(sts.asked).toHaveLength(times.length)
    expect(times.map((time) => Math.round(time / 1000))).toEqual([0, 1, 3, 7, 16, 32, 62, 92])
  })

  test('a refusal that no second try mends is remembered for a second, and not for ever', async () => {
    const { sts, source } = stage({}, { error: DENIED })
    for (let call = 0; call < 100; call += 1) {
      expect(await rejectionOf(source.getToken())).toBe(DENIED)
      await pass(9)
    }
    expect(sts.asked).toHaveLength(1)
    await pass(101)
    expect(await rejectionOf(source.getToken())).toBe(DENIED)
    expect(sts.asked).toHaveLength(2)
    sts.turn = {}
    await pass(1000)
    expect(await source.getToken()).toBe(sts.minted[0])
  })

  test('a refusal that was met for a minute does not make the failure after it last for half a minute', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { sts, source } = stage({}, { error: DENIED })
    for (let second = 0; second < 60; second += 1) {
      await rejectionOf(source.getToken())
      await pass(1000)
    }
    expect(sts.asked).toHaveLength(60)
    // As STS answers while federation is being switched on.
    sts.turn = { error: DOWN }
    expect(await rejectionOf(source.getToken())).toBe(DOWN)
    sts.turn = {}
    await pass(1000)
    expect(await source.getToken()).toBe(sts.minted[0])
  })

  test('what is no error of ours is thrown as it is, and tried again after a backoff', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { sts, source, events } = stage({}, { error: 'a mere string' })
    expect(await rejectionOf(source.getToken())).toBe('a mere string')
    expect(await rejectionOf(source.getToken())).toBe('a mere string')
    expect(sts.asked).toHaveLength(1)
    expect(failures(events)).toMatchObject([{ errorCode: 'unknown', delay: 1000 }])
  })

  test('nobody waits longer than the source’s own timeout, and the request is ended', async () => {
    const { source } = stage({ timeout: 5000 }, { latency: 1e9 })
    const waiting = rejectionOf(source.getToken())
    await pass(5000)
    const error = await waiting
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ waitingFor: 'a fresh token', timeout: 5000 })
  })
})

describe('a session that ends soon', () => {
  const escalation = (longestDurationSeconds?: number) =>
    new SessionDurationEscalationException({
      code: 'SessionDurationEscalationException',
      message: 'Too long.',
      statusCode: 403,
      requestId: undefined,
      fault: 'client',
      retryable: false,
      attempts: longestDurationSeconds === undefined ? 1 : 0,
      longestDurationSeconds,
    })

  test('gets as long a token as it allows, where that is known', async () => {
    const { sts, source, events } = stage({ durationSeconds: 3600 }, ({ durationSeconds = 0 }) =>
      durationSeconds > 899 ? { error: escalation(899) } : {},
    )
    expect(await source.getToken()).toBe(sts.minted[0])
    expect(sts.asked.map(({ durationSeconds }) => durationSeconds)).toEqual([3600, 899])
    expect(events[0]).toEqual({ type: 'duration_cut', durationSeconds: 899 })
  })

  test('is tried with half as much where only AWS knows, down to 60 s', async () => {
    const { sts, source } = stage({ durationSeconds: 3600 }, ({ durationSeconds = 0 }) =>
      durationSeconds >= 500 ? { error: escalation() } : {},
    )
    await source.getToken()
    expect(sts.asked.map(({ durationSeconds }) => durationSeconds)).toEqual([3600, 1800, 900, 450])
  })

  test('is the error that says how to get longer ones, where not even 60 s are left', async () => {
    const error = escalation()
    const { sts, source } = stage({}, { error })
    expect(await rejectionOf(source.getToken())).toBe(error)
    expect(sts.asked.map(({ durationSeconds }) => durationSeconds)).toEqual([undefined, 150, 75, 60])
  })

  test('gets a token that is kept, though it lives for less than should be left of one', async () => {
    const { sts, source } = stage(
      { durationSeconds: 3600, minimumValidity: 600_000 },
      ({ durationSeconds = 0 }) => (durationSeconds > 300 ? { error: escalation(300) } : {}),
    )
    const first = await source.getToken()
    await pass(200_000)
    expect(await source.getToken()).toBe(first)
    await pass(41_000)
    await source.getToken()
    expect(sts.minted).toHaveLength(2)
  })
})

describe('a token that a relying party refused', () => {
  test('is dropped, and a hundred who say so late mint once', async () => {
    const { sts, source, events } = stage({}, { latency: 10 })
    const first = source.getToken()
    await pass(10)
    const refused = await first
    const late = Array.from({ length: 100 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index))
      await source.invalidate(refused)
      return source.getToken()
    })
    await pass(200)
    expect(new Set(await Promise.all(late))).toEqual(new Set([sts.minted[1]]))
    expect(sts.asked).toHaveLength(2)
    expect(events.filter(({ type }) => type === 'invalidated')).toHaveLength(1)
  })

  test('is not the current one: nothing is dropped', async () => {
    const { sts, source } = stage()
    const token = await source.getToken()
    await source.invalidate('eyJ.another.one')
    expect(await source.getToken()).toBe(token)
    await source.invalidate()
    expect(await source.getToken()).not.toBe(token)
    expect(sts.asked).toHaveLength(2)
  })

  test('is gone at once, before what was begun has ended', async () => {
    const { source, sts } = stage()
    const token = await source.getToken()
    void source.invalidate(token)
    expect(await source.getToken()).toBe(sts.minted[1])
  })
})

test('no event holds a token, and who watches can break nothing', async () => {
  const events: TokenSourceEvent[] = []
  const { sts, source } = stage({
    onEvent(event: TokenSourceEvent) {
      events.push(event)
      throw new Error('the watcher fails')
    },
  })
  const token = await source.getToken()
  await source.invalidate(token)
  sts.turn = { error: DENIED }
  await rejectionOf(source.getToken())
  expect(events.map(({ type }) => type)).toEqual(['token', 'invalidated', 'refresh_failed'])
  expect(JSON.stringify(events)).not.toContain(token)
})
