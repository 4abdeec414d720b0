// What bounds a call while a part of it is loaded.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ClientOptions, connect } from '../../src/query/client-options.ts'
import type { QueryService } from '../../src/query/connection.ts'
import type { QueryOperation } from '../../src/query/operation.ts'
import { send } from '../../src/query/send.ts'
import { sts } from '../../src/sts/service.ts'
import { CREDENTIALS, rejectionOf } from '../support/client.ts'
import { streamOf } from '../support/scripted-fetch.ts'

const operation: QueryOperation<string> = {
  name: 'Ask',
  isRegionalOnly: false,
  isSigned: true,
  result: { output: 'answered' },
}

const never = () => new Promise<never>(() => {})

function connection(service: Partial<QueryService>, options: Partial<ClientOptions> = {}) {
  const fetch = async () => new Response(null)
  return connect(
    { ...sts, loadRequests: async () => ({ sign: async () => new Headers() }), ...service },
    { region: 'us-east-1', credentials: CREDENTIALS, fetch, ...options },
  )
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe.each<[string, Partial<QueryService>, string]>([
  ['the signer', { loadRequests: never }, 'the signature'],
  ['what reads the reply', { loadReplies: never }, 'the code that reads the response'],
])('while %s is loaded', (_, service, waitingFor) => {
  test('the signal ends the call with its reason', async () => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const { signal } = controller
    const rejection = rejectionOf(send(connection(service), operation, {}, { signal }))
    await vi.advanceTimersByTimeAsync(1000)
    controller.abort(reason)
    expect(await rejection).toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('the bound on the call ends it', async () => {
    const rejection = rejectionOf(send(connection(service, { timeout: 3000 }), operation, {}))
    await vi.advanceTimersByTimeAsync(3000)
    expect(await rejection).toMatchObject({ name: 'TimeoutError', timeout: 3000, waitingFor })
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('while the rules of the input are loaded, the bound on the call holds', async () => {
  const rejection = rejectionOf(send(connection({}, { timeout: 3000 }), operation, never))
  await vi.advanceTimersByTimeAsync(3000)
  expect(await rejection).toMatchObject({
    name: 'TimeoutError',
    waitingFor: 'the rules of the input',
    attempts: 0,
  })
})

test('a body that nothing can be loaded for is cancelled', async () => {
  const { stream, cancelled } = streamOf(['<a>'], 'hang')
  const unavailable = new Error('gone')
  const loadReplies = () => Promise.reject(unavailable)
  const fetch = async () => new Response(stream)
  expect(await rejectionOf(send(connection({ loadReplies }, { fetch }), operation, {}))).toBe(unavailable)
  expect(cancelled()).toBe(true)
})
