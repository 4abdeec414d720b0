import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { BrokerReports } from '../../worker-example/ledger/report.ts'
import { workerModule } from './worker-module.ts'

interface Events {
  onStsEvent(event: { readonly type: 'retry' } | { readonly type: 'clock'; readonly offset: number }): void
  onTokenEvent(event: { readonly type: 'token'; readonly from: string; readonly expiration: Date }): void
  knowsTime(now: number): void
  mints(request: object): void
}

const { Reporter } = await workerModule<{ Reporter: { of(env: object, state: object): Events } }>(
  'ledger/reporter.ts',
)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('scheduler', {
    wait: (delay: number) => new Promise((resolve) => setTimeout(resolve, delay)),
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A reporter, and what the ledger was told by it, or what it does instead. */
function start(report = async (_: BrokerReports): Promise<void> => {}) {
  const told: BrokerReports[] = []
  const ledger = {
    report(reports: BrokerReports) {
      told.push(reports)
      return report(reports)
    },
  }
  const state = { id: 'object-1', waitUntil: () => {} }
  return { told, reporter: Reporter.of({ LEDGER: { getByName: () => ledger } }, state) }
}

test('what happens within a tenth of a second is told at once, and what comes later after that', async () => {
  const { told, reporter } = start()
  reporter.onStsEvent({ type: 'retry' })
  reporter.onStsEvent({ type: 'retry' })
  await vi.advanceTimersByTimeAsync(100)
  reporter.onStsEvent({ type: 'retry' })
  await vi.advanceTimersByTimeAsync(100)
  expect(told.map(({ reports }) => reports.length)).toEqual([2, 1])
})

test('of what happens at once no more is told than the ledger can use', async () => {
  const { told, reporter } = start()
  for (let event = 0; event < 201; event += 1) reporter.onStsEvent({ type: 'retry' })
  await vi.advanceTimersByTimeAsync(100)
  expect(told.map(({ reports }) => reports.length)).toEqual([200])
})

test('AWS’s time is told once a token was minted, by which alone the object knows it', async () => {
  const { told, reporter } = start()
  for (const from of ['store', 'broker', 'sts']) {
    reporter.onTokenEvent({ type: 'token', from, expiration: new Date() })
    reporter.knowsTime(Date.now() + 3_600_000)
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(told.map(({ clockOffset }) => clockOffset)).toEqual([undefined, undefined, 3_600_000])
})

test('AWS’s time is told as the client learnt it, also while nothing can be minted', async () => {
  const { told, reporter } = start()
  reporter.onStsEvent({ type: 'clock', offset: -1_200_000 })
  reporter.onStsEvent({ type: 'retry' })
  await vi.advanceTimersByTimeAsync(100)
  expect(told.map(({ clockOffset }) => clockOffset)).toEqual([-1_200_000])
})

test('a mint that an alarm began says in the log what it is, though the object was woken by it and knows no caller', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => log.mockRestore())
  const { reporter } = start()
  const minted = { audience: ['a'], signingAlgorithm: 'ES384', durationSeconds: 60, tags: [] }
  reporter.mints(minted)
  reporter.onTokenEvent({ type: 'token', from: 'sts', expiration: new Date() })
  expect(log.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([
    { type: 'mint', ...minted, object: 'object-1' },
  ])
})

test('a ledger that fails is told of what comes after that', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => error.mockRestore())
  const { told, reporter } = start(() => Promise.reject(new Error('the disk is full')))
  for (let time = 1; time <= 2; time += 1) {
    reporter.onStsEvent({ type: 'retry' })
    await vi.advanceTimersByTimeAsync(100)
    expect(told).toHaveLength(time)
  }
  expect(error).toHaveBeenCalledWith('The ledger could not be told:', 'the disk is full')
})
