// What bounds a caller of a source while the code that renews its token is loaded, and a source that nobody asked.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withWebIdentity } from '../../src/index.ts'
import type { Renewal } from '../../src/token-source/renewal.ts'
import { sourceOf } from '../../src/token-source/source.ts'
import { rejectionOf } from '../support/client.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.doUnmock('../../src/token-source/send-with-token.ts')
  vi.resetModules()
})

const never = () => new Promise<never>(() => {})

test('the signal of a caller, also one that is aborted already', async () => {
  const source = sourceOf(never, 5000, 270_000)
  const controller = new AbortController()
  const { signal } = controller
  const rejection = rejectionOf(source.getToken({ signal }))
  const reason = new Error('changed my mind')
  controller.abort(reason)
  expect(await rejection).toBe(reason)
  expect(await rejectionOf(source.getToken({ signal }))).toBe(reason)
  expect(vi.getTimerCount()).toBe(0)
})

test('the bound on a flight', async () => {
  const rejection = rejectionOf(sourceOf(never, 5000, 270_000).getToken())
  await vi.advanceTimersByTimeAsync(5000)
  expect(await rejection).toMatchObject({
    name: 'TimeoutError',
    waitingFor: 'the code that renews the token',
    attempts: 0,
  })
})

test('a source that nobody asked loads nothing to be disposed of, and nothing afterwards', async () => {
  const make = vi.fn(never)
  const source = sourceOf(make, 5000, 270_000)
  await source[Symbol.asyncDispose]()
  for (const refused of [source.getToken(), source.get(), source.invalidate()]) {
    expect(await rejectionOf(refused)).toMatchObject({ code: 'disposed' })
  }
  expect(make).not.toHaveBeenCalled()
})

test('a source that is disposed of while it is loaded mints nothing', async () => {
  const get = vi.fn()
  // As much of one as is called.
  const renewal = { get } as unknown as Renewal
  const loading = Promise.withResolvers<Renewal>()
  const source = sourceOf(() => loading.promise, 5000, 270_000)
  const rejection = rejectionOf(source.getToken())
  await source[Symbol.asyncDispose]()
  loading.resolve(renewal)
  expect(await rejection).toMatchObject({ code: 'disposed' })
  expect(get).not.toHaveBeenCalled()
})

test('the signal of a request, while what sends it with a token is loaded', async () => {
  vi.doMock('../../src/token-source/send-with-token.ts', never)
  const fetch = vi.fn()
  const source = { getToken: async () => 'a', invalidate: async () => {} }
  const send = withWebIdentity(fetch, source, { hosts: ['api.example.com'] })
  const controller = new AbortController()
  const reason = new Error('changed my mind')
  const rejection = rejectionOf(send('https://api.example.com/', { signal: controller.signal }))
  controller.abort(reason)
  expect(await rejection).toBe(reason)
  expect(fetch).not.toHaveBeenCalled()
})
