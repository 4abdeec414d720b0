import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { workerModule } from './worker-module.ts'

interface Calls {
  audited(call: object, action: 'token', work: () => Promise<object>): Promise<unknown>
}

const { audited } = await workerModule<Calls>('tokens/call.ts')

/** What the log was told. */
const log: Record<string, unknown>[] = []

beforeEach(() => {
  log.length = 0
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  vi.spyOn(console, 'log').mockImplementation((line) => void log.push(JSON.parse(line)))
  vi.stubGlobal('scheduler', { wait: () => new Promise(() => {}) })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('a caller that runs wild is told once in a minute, and again in the next', async () => {
  const call = {
    env: { LEDGER: {} },
    identified: { caller: { name: 'wild', requestsPerMinute: 1 }, via: 'secret', facts: {} },
    requestId: 'request-1',
    waitUntil: () => {},
  }
  const ask = () =>
    audited(call, 'token', async () => ({
      answer: 'a token',
      given: { keptFor: { audience: [], tags: [] }, expiresAt: 0 },
    }))
  for (let minute = 1; minute <= 3; minute += 1) {
    await expect(ask()).resolves.toBe('a token')
    for (let call = 0; call < 5; call += 1) {
      await expect(ask()).rejects.toMatchObject({ status: 429, headers: { 'Retry-After': '60' } })
    }
    expect(log.splice(0)).toMatchObject([
      { caller: 'wild', verdict: 'granted' },
      { caller: 'wild', verdict: 'denied', code: 'too_many_requests' },
    ])
    await vi.advanceTimersByTimeAsync(60_000)
  }
})
