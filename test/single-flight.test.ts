// One load for all who wait, and what becomes of them when it is lost together with its timers, as in workerd.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SingleFlight } from '../src/single-flight.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Loads that are settled by hand, in order. */
function handMade() {
  const loads: { readonly settle: (value: string) => void; readonly isCurrent: () => boolean }[] = []
  const flights = new SingleFlight<string>((isCurrent) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    loads.push({ settle: resolve, isCurrent })
    return promise
  })
  return { flights, loads }
}

function loseTheNextFlight(): void {
  vi.spyOn(globalThis, 'setInterval').mockReturnValueOnce(undefined as never)
}

test('all who come while it is under way get what it brings, and the next one begins another', async () => {
  const { flights, loads } = handMade()
  const all = [flights.wait(undefined), flights.wait(undefined)]
  expect(flights.isUnderWay).toBe(true)
  loads[0]?.settle('one')
  expect(await Promise.all(all)).toEqual(['one', 'one'])
  expect(flights.isUnderWay).toBe(false)
  void flights.wait(undefined)
  expect(loads).toHaveLength(2)
})

test('one that is slow is not lost, however long it takes', async () => {
  const { flights, loads } = handMade()
  const waiting = flights.wait(undefined)
  vi.advanceTimersByTime(3_600_000)
  expect(loads).toHaveLength(1)
  loads[0]?.settle('at last')
  expect(await waiting).toBe('at last')
  expect(vi.getTimerCount()).toBe(0)
})

test('those who wait for one that is lost begin another, one for all, however many', async () => {
  vi.useRealTimers() // fake ones take their time with thousands
  await Promise.all(
    [10, 1000, 5000].map(async (count) => {
      loseTheNextFlight()
      const { flights, loads } = handMade()
      const all = Array.from({ length: count }, () => flights.wait(undefined))
      await vi.waitUntil(() => loads.length > 1, { timeout: 8000, interval: 50 })
      loads[1]?.settle('second')
      expect(new Set(await Promise.all(all))).toEqual(new Set(['second']))
      expect(loads).toHaveLength(2)
    }),
  )
}, 15_000)

test('who comes after it was lost looks twice, and begins another', async () => {
  loseTheNextFlight()
  const { flights, loads } = handMade()
  flights.begin()
  await vi.advanceTimersByTimeAsync(1900)
  expect(flights.hasLost).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(flights.hasLost).toBe(true)
  const waiting = flights.wait(undefined)
  expect(loads).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(50)
  expect(loads).toHaveLength(2)
  // The one that was given up is told so when it comes home.
  expect(loads.map(({ isCurrent }) => isCurrent())).toEqual([false, true])
  loads[0]?.settle('late')
  loads[1]?.settle('second')
  expect(await waiting).toBe('second')
})

test('a pause of the whole process is no loss', async () => {
  vi.useRealTimers()
  const { flights, loads } = handMade()
  const first = flights.wait(undefined)
  for (const end = performance.now() + 2200; performance.now() < end; );
  const second = flights.wait(undefined)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(loads).toHaveLength(1)
  loads[0]?.settle('one')
  expect(await Promise.all([first, second])).toEqual(['one', 'one'])
})

test('those who come turn by turn each look after themselves, and leave no timer', async () => {
  loseTheNextFlight()
  const { flights, loads } = handMade()
  const all: Promise<string>[] = []
  for (let turn = 0; turn < 50; turn += 1) {
    all.push(flights.wait(undefined))
    await Promise.resolve()
    await Promise.resolve()
  }
  expect(vi.getTimerCount()).toBe(50)
  await vi.advanceTimersByTimeAsync(3100)
  expect(loads).toHaveLength(2)
  loads[1]?.settle('second')
  expect(new Set(await Promise.all(all))).toEqual(new Set(['second']))
  expect(vi.getTimerCount()).toBe(0)
})

test('who goes is let go, and the others stay', async () => {
  const { flights, loads } = handMade()
  const controller = new AbortController()
  const going = flights.wait(controller.signal)
  const staying = flights.wait(undefined)
  controller.abort('gone')
  await expect(going).rejects.toBe('gone')
  loads[0]?.settle('one')
  expect(await staying).toBe('one')
})
