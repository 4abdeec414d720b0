import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patiently } from '../../worker-example/tokens/patiently.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const never = new Promise<never>(() => {})

test('a caller waits for ten seconds, and is told to try again', async () => {
  const waiting = expect(patiently(never, () => undefined)).rejects.toMatchObject({
    status: 503,
    code: 'unavailable',
    headers: { 'Retry-After': '1' },
    why: 'nothing came within 10 s',
  })
  await vi.advanceTimersByTimeAsync(9999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  await waiting
})

test('a caller that goes away is not waited for, nor one that has gone', async () => {
  const caller = new AbortController()
  const waiting = expect(patiently(never, () => caller.signal)).rejects.toMatchObject({
    status: 499,
    code: 'client_closed_request',
  })
  caller.abort()
  await waiting
  await expect(patiently(never, () => caller.signal)).rejects.toMatchObject({ status: 499 })
})

test('what comes in time comes as it is, and leaves no timer', async () => {
  const { signal } = new AbortController()
  expect(await patiently(Promise.resolve('a token'), () => signal)).toBe('a token')
  await expect(patiently(Promise.reject(new Error('no')), () => signal)).rejects.toThrow('no')
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
})
