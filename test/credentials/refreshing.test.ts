import { describe, expect, test, vi } from 'vitest'
import { CredentialsError, TimeoutError } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { credentialsUntil, MINUTE, START, scriptedSource } from './support.ts'

const never = () => new Promise<never>(() => {})
const down = () => Promise.reject(new Error('the source is down'))
/** Credentials that end an hour later, each with its own id. */
const hourly = (count: number) => credentialsUntil(START + count * 60 * MINUTE, `ASIA${count}`)

describe('what is kept', () => {
  test('is given until 5 minutes before its end, and then renewed', async () => {
    const source = scriptedSource(hourly)
    for (const [minute, id] of [
      [0, 'ASIA1'],
      [54.999, 'ASIA1'],
      [55, 'ASIA2'],
      [114.999, 'ASIA2'],
      [115, 'ASIA3'],
    ] as const) {
      source.now = START + minute * MINUTE
      expect(await source.provider()).toMatchObject({ accessKeyId: id })
    }
    expect(source.loads).toBe(3)
  })

  test('is given for ever where it has no end', async () => {
    const source = scriptedSource(() => credentialsUntil(undefined))
    await source.provider()
    source.now += 1000 * 365 * 24 * 60 * MINUTE
    expect(await source.provider()).not.toHaveProperty('expiration')
    expect(source.loads).toBe(1)
  })

  test('is a copy for each caller: who writes into it changes nothing for others', async () => {
    const source = scriptedSource(hourly)
    const mine = await source.provider()
    Object.assign(mine, { accessKeyId: 'changed' })
    mine.expiration?.setTime(0)
    expect(await source.provider()).toEqual(hourly(1))
  })

  test('is never shared by two providers', async () => {
    const [one, two] = [scriptedSource(hourly), scriptedSource(hourly)]
    await one.provider()
    await two.provider()
    expect([one.loads, two.loads]).toEqual([1, 1])
  })

  test('is given although it ended, where the source has nothing else: the clock may be wrong', async () => {
    const source = scriptedSource(() => credentialsUntil(START - 60 * MINUTE))
    for (let call = 0; call < 100; call += 1) {
      expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
    }
    expect(source.loads).toBe(1)
    source.now += 1000
    await source.provider()
    expect(source.loads).toBe(2)
  })
})

describe('a refresh', () => {
  test('is one request for 10,000 callers at once', async () => {
    const source = scriptedSource(async (count) => {
      await Promise.resolve()
      return hourly(count)
    })
    const all = await Promise.all(Array.from({ length: 10_000 }, () => source.provider()))
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['ASIA1']))
    expect(source.loads).toBe(1)
  })

  test('holds up one caller alone, while the old ones are good', async () => {
    const answer = Promise.withResolvers<void>()
    const source = scriptedSource(async (count) => {
      if (count > 1) await answer.promise
      return hourly(count)
    })
    await source.provider()
    source.now = START + 56 * MINUTE
    const first = source.provider()
    expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIA1' })
    answer.resolve()
    expect(await first).toMatchObject({ accessKeyId: 'ASIA2' })
    expect(source.loads).toBe(2)
  })

  test('that fails leaves the old ones in use while they are good, and no longer', async () => {
    const source = scriptedSource((count) => (count === 1 ? hourly(1) : down()))
    await source.provider()
    source.now = START + 56 * MINUTE
    expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIA1' })
    source.now = START + 60 * MINUTE - 1
    expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIA1' })
    source.now = START + 60 * MINUTE
    expect(await rejectionOf(source.provider())).toMatchObject({ message: 'fromTest: "the source is down"' })
  })

  test('goes on when the caller that began it is gone', async () => {
    const answer = Promise.withResolvers<void>()
    const source = scriptedSource(async () => {
      await answer.promise
      return hourly(1)
    })
    await Promise.race([source.provider(), Promise.resolve('gone')])
    const second = source.provider()
    answer.resolve()
    expect(await second).toMatchObject({ accessKeyId: 'ASIA1' })
    expect(source.loads).toBe(1)
  })
})

describe('a source that is down', () => {
  test('is asked once in each step of the backoff, however many callers, and the error stands meanwhile', async () => {
    const source = scriptedSource(down)
    const steps = [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000)
    let loads = 0
    for (const step of steps) {
      loads += 1
      const first = await rejectionOf(source.provider())
      expect(first).toBeInstanceOf(CredentialsError)
      for (const elapsed of [0, step / 2, step - 1]) {
        source.now += elapsed
        const errors = await Promise.all(Array.from({ length: 100 }, () => rejectionOf(source.provider())))
        expect(new Set(errors)).toEqual(new Set([first]))
        expect(await rejectionOf(source.provider({ forceRefresh: true }))).toBe(first)
        source.now -= elapsed
      }
      expect(source.loads).toBe(loads)
      source.now += step
    }
  })

  test('is asked after a random part of the step', async () => {
    const source = scriptedSource(down)
    source.random = 0.25
    await rejectionOf(source.provider())
    source.now += 249
    await rejectionOf(source.provider())
    expect(source.loads).toBe(1)
    source.now += 1
    await rejectionOf(source.provider())
    expect(source.loads).toBe(2)
  })

  test('begins with the first step again once it answered', async () => {
    const source = scriptedSource((count) => (count % 4 === 0 ? hourly(1) : down()))
    for (const step of [1000, 2000, 4000]) {
      await rejectionOf(source.provider())
      source.now += step
    }
    await source.provider()
    source.now = START + 60 * MINUTE
    await rejectionOf(source.provider())
    source.now += 1000
    await rejectionOf(source.provider())
    expect(source.loads).toBe(6)
  })

  test('is not left alone for a day after the clock was set back by one', async () => {
    const source = scriptedSource(down)
    await rejectionOf(source.provider())
    source.now -= 24 * 60 * MINUTE
    await rejectionOf(source.provider())
    expect(source.loads).toBe(2)
  })

  test('is not held against what was never asked: a variable that was missing may be set at once', async () => {
    let isSet = false
    const find = () => {
      if (!isSet) throw new CredentialsError('it is not set', { tryNextLink: true })
    }
    const source = scriptedSource(hourly, { find })
    expect(await rejectionOf(source.provider())).toMatchObject({
      message: 'fromTest: it is not set',
      tryNextLink: true,
    })
    isSet = true
    expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIA1' })
  })
})

describe('forceRefresh', () => {
  test('leaves aside what is kept, once', async () => {
    const source = scriptedSource(hourly)
    await source.provider()
    expect(await source.provider({ forceRefresh: true })).toMatchObject({ accessKeyId: 'ASIA2' })
    expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIA2' })
  })

  test('by 10,000 callers is one request, also by those who come within the second after it', async () => {
    const source = scriptedSource(hourly)
    await source.provider()
    const force = () => source.provider({ forceRefresh: true })
    await Promise.all(Array.from({ length: 5000 }, force))
    source.now += 999
    await Promise.all(Array.from({ length: 5000 }, force))
    expect(source.loads).toBe(2)
    source.now += 1
    await force()
    expect(source.loads).toBe(3)
  })

  test('that fails is an error, although what AWS refused is kept for others', async () => {
    const source = scriptedSource((count) => (count === 1 ? hourly(1) : down()))
    await source.provider()
    expect(await rejectionOf(source.provider({ forceRefresh: true }))).toBeInstanceOf(CredentialsError)
    expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIA1' })
  })
})

describe('a flight that hangs', () => {
  test('ends by its own deadline, aborts what it began, and says so', async () => {
    const signals: AbortSignal[] = []
    const source = scriptedSource(
      (_, signal) => {
        signals.push(signal)
        return never()
      },
      { timeout: 10 },
    )
    const error = await rejectionOf(source.provider())
    expect(error).toMatchObject({
      name: 'CredentialsError',
      message: 'fromTest: Gave up after 10 ms, waiting for the credentials',
    })
    expect((error as Error).cause).toBeInstanceOf(TimeoutError)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  // As in workerd, where a flight's I/O and its timers are gone with its request.
  function loseTheNextFlight(): void {
    vi.spyOn(globalThis, 'setInterval').mockReturnValueOnce(undefined as never)
  }

  test('with its timers, when its request is gone, is replaced by those who wait', async () => {
    vi.useFakeTimers()
    try {
      loseTheNextFlight()
      const source = scriptedSource((count) => (count === 1 ? never() : hourly(count)))
      const waiting = Array.from({ length: 100 }, () => source.provider())
      await vi.advanceTimersByTimeAsync(1900)
      expect(source.loads).toBe(1)
      await vi.advanceTimersByTimeAsync(1200)
      for (const each of waiting) expect(await each).toMatchObject({ accessKeyId: 'ASIA2' })
      expect(source.loads).toBe(2)
    } finally {
      vi.useRealTimers()
      vi.restoreAllMocks()
    }
  })

  test('and answers when it was given up changes nothing', async () => {
    vi.useFakeTimers()
    try {
      loseTheNextFlight()
      const late = Promise.withResolvers<void>()
      const source = scriptedSource(async (count) => {
        if (count === 1) await late.promise
        return hourly(count)
      })
      const first = source.provider()
      await vi.advanceTimersByTimeAsync(3100)
      late.resolve()
      await vi.advanceTimersByTimeAsync(0) // it has landed, were it let
      expect(await first).toMatchObject({ accessKeyId: 'ASIA2' })
      expect(await source.provider()).toMatchObject({ accessKeyId: 'ASIA2' })
    } finally {
      vi.useRealTimers()
      vi.restoreAllMocks()
    }
  })

  test('leaves no timer behind, nor do 1000 callers who waited', async () => {
    vi.useFakeTimers()
    try {
      const source = scriptedSource(hourly)
      await Promise.all(Array.from({ length: 1000 }, () => source.provider()))
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
