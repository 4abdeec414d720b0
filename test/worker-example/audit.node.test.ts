import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AuditLine } from '../../worker-example/ledger/audit-line.ts'
import type { DecisionBatch } from '../../worker-example/ledger/report.ts'
import { workerModule } from './worker-module.ts'

interface Audit {
  audit(env: object, line: AuditLine, given: undefined, waitUntil: (promise: Promise<unknown>) => void): void
}

const { audit } = await workerModule<Audit>('ledger/audit.ts')

/** Whether the request is gone that began to wait: what it waits for never comes. */
let isGone = false
/** What the log was told besides the lines. */
const errors: unknown[][] = []

beforeEach(() => {
  isGone = false
  errors.length = 0
  vi.useFakeTimers()
  vi.spyOn(console, 'log').mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation((...words) => void errors.push(words))
  vi.stubGlobal('scheduler', {
    wait: (delay: number) => new Promise((resolve) => setTimeout(() => isGone || resolve(undefined), delay)),
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** An isolate that tells of requests, and the ids of those that each batch told the ledger of. */
function isolate(record = async () => ({})) {
  const batches: string[][] = []
  const ledger = {
    record({ lines }: DecisionBatch) {
      batches.push(lines.map(({ requestId }) => requestId))
      return record()
    },
  }
  const env = { LEDGER: { getByName: () => ledger } }
  const tell = (requestId: string) => {
    const line = { at: Date.now(), requestId, action: 'token', verdict: 'granted' } as const
    audit(env, line, undefined, () => {})
  }
  return { batches, tell }
}

test('lines whose teller is gone are told with those that come five seconds later', async () => {
  const { batches, tell } = isolate()
  tell('one')
  isGone = true
  await vi.advanceTimersByTimeAsync(4999)
  isGone = false
  tell('two')
  await vi.advanceTimersByTimeAsync(1)
  tell('three')
  await vi.advanceTimersByTimeAsync(1000)
  expect(batches).toEqual([['one', 'two', 'three']])
  expect(vi.getTimerCount()).toBe(0)
})

test('lines that come within a second are told at once', async () => {
  const { batches, tell } = isolate()
  tell('one')
  await vi.advanceTimersByTimeAsync(999)
  tell('two')
  await vi.advanceTimersByTimeAsync(1)
  tell('three')
  await vi.advanceTimersByTimeAsync(1000)
  expect(batches).toEqual([['one', 'two'], ['three']])
  expect(errors).toEqual([])
})

test('of more lines than the console keeps the ledger is told the newest', async () => {
  const { batches, tell } = isolate()
  for (let line = 0; line < 1001; line += 1) tell(`line-${line}`)
  await vi.advanceTimersByTimeAsync(1000)
  expect(batches.map(({ length }) => length)).toEqual([1000])
  expect(batches[0]?.at(-1)).toBe('line-1000')
})

test('a point of Analytics Engine has no more than the 16 KB that it takes, whatever callers write', () => {
  const points: { blobs: string[] }[] = []
  const env = {
    LEDGER: { getByName: () => ({ record: async () => ({}) }) },
    AUDIT_DATASET: { writeDataPoint: (point: { blobs: string[] }) => points.push(point) },
  }
  const long = '—'.repeat(6000)
  const line = { at: Date.now(), requestId: 'one', action: 'token', verdict: 'denied' } as const
  audit(
    env,
    { ...line, audience: Array(10).fill('—'.repeat(1000)), identity: long, why: long },
    undefined,
    () => {},
  )
  expect(points.map(({ blobs }) => blobs.length)).toEqual([11])
  expect(Buffer.byteLength(points[0]?.blobs.join('') ?? '')).toBeLessThan(16_000)
})

test('the log says that the ledger could not be told, which is told of what comes after that', async () => {
  const { batches, tell } = isolate(() => Promise.reject(new Error('the disk is full')))
  for (const requestId of ['one', 'two']) {
    tell(requestId)
    await vi.advanceTimersByTimeAsync(1000)
  }
  expect(batches).toEqual([['one'], ['two']])
  const told = ['The audit could not be told:', 'Error: the disk is full']
  expect(errors).toEqual([told, told])
})
