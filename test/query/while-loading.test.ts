// What bounds a call while a part of it is loaded.

import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { TimeoutError } from '../../src/errors.ts'
import { type ClientOptions, connect } from '../../src/query/client-options.ts'
import type { QueryService, ServiceReplies } from '../../src/query/connection.ts'
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

test('a body that waits for what is loaded is cancelled where the call ends', async () => {
  const { stream, cancelled } = streamOf(['<a>'], 'hang')
  const fetch = async () => new Response(stream)
  const settings = { fetch, timeout: 1000 }
  const rejection = rejectionOf(send(connection({ loadReplies: never }, settings), operation, {}))
  await vi.advanceTimersByTimeAsync(1000)
  expect(await rejection).toBeInstanceOf(TimeoutError)
  expect(cancelled()).toBe(true)
})

/** What reads a reply, after so many milliseconds. */
const slowly = (delay: number) => () =>
  new Promise<ServiceReplies>((resolve) =>
    setTimeout(resolve, delay, { requestIdOf: () => undefined, readReply: async () => 'answered' }),
  )

test('a request that was answered is not made again because what reads the reply is slow to come', async () => {
  const fetch = vi.fn(async () => new Response(null))
  const settings = { fetch, attemptTimeout: 1000, timeout: 10_000 }
  const answer = send(connection({ loadReplies: slowly(5000) }, settings), operation, {})
  await vi.advanceTimersByTimeAsync(5000)
  expect(await answer).toBe('answered')
  expect(fetch).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('what is loaded after the call has ended sets no timer', async () => {
  const rejection = rejectionOf(
    send(connection({ loadReplies: slowly(5000) }, { timeout: 1000 }), operation, {}),
  )
  await vi.advanceTimersByTimeAsync(1000)
  expect(await rejection).toBeInstanceOf(TimeoutError)
  await vi.advanceTimersByTimeAsync(4000)
  expect(vi.getTimerCount()).toBe(0)
})

test('the time of an attempt goes on after that', async () => {
  const loadReplies = vi.fn(() => Promise.reject(new Error('gone')) as Promise<ServiceReplies>)
  loadReplies.mockImplementationOnce(async () => ({ ...(await slowly(5000)()), readReply: never }))
  const settings = { attemptTimeout: 1000, timeout: 20_000 }
  const rejection = rejectionOf(send(connection({ loadReplies }, settings), operation, {}))
  await vi.advanceTimersByTimeAsync(6000)
  expect(await rejection).toMatchObject({ name: 'TimeoutError', waitingFor: 'the response body' })
})

describe('where what reads the reply cannot be loaded, the error is that of', () => {
  const loadReplies = () => Promise.reject(new Error('gone'))

  test('the network, without its words', async () => {
    const fetch = () => Promise.reject(new TypeError('offline'))
    const error = await rejectionOf(send(connection({ loadReplies }, { fetch }), operation, {}))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'network_failure', attempts: 1 })
    expect(inspect(error)).not.toContain('offline')
  })

  test('the attempt’s time', async () => {
    const fetch = () => never()
    const settings = { fetch, attemptTimeout: 1000 }
    const rejection = rejectionOf(send(connection({ loadReplies }, settings), operation, {}))
    await vi.advanceTimersByTimeAsync(1000)
    expect(await rejection).toMatchObject({ name: 'TimeoutError', waitingFor: 'the response' })
  })

  test('the credentials provider, without its words', async () => {
    const credentials = () => Promise.reject(new Error('the session of Alice is over'))
    const error = await rejectionOf(send(connection({ loadReplies }, { credentials }), operation, {}))
    expect(error).toMatchObject({
      name: 'CredentialsError',
      message: 'The credentials provider failed',
      cause: undefined,
    })
  })
})

test('a call that is aborted while it is signed sends nothing', async () => {
  const controller = new AbortController()
  const reason = new Error('changed my mind')
  const sign = async () => {
    controller.abort(reason)
    return new Headers()
  }
  const fetch = vi.fn(async () => new Response(null))
  const stub = connection({ loadRequests: async () => ({ sign }) }, { fetch })
  const { signal } = controller
  expect(await rejectionOf(send(stub, operation, {}, { signal }))).toBe(reason)
  expect(fetch).not.toHaveBeenCalled()
})

test('each response confirms the clock by its header Date', async () => {
  const headers = { date: new Date().toUTCString() }
  const fetch = async () => new Response(null, { headers })
  const stub = connection({ loadReplies: slowly(0) }, { fetch })
  expect([stub.clock.mayRefuse(), stub.clock.mayRefuse()]).toEqual([true, false])
  const answer = send(stub, operation, {})
  await vi.advanceTimersByTimeAsync(1)
  await answer
  expect(stub.clock.mayRefuse()).toBe(true)
})

test('a response is told of only where a request was', async () => {
  const onEvent = vi.fn()
  const loadRequests = () => Promise.reject(new Error('gone'))
  await rejectionOf(send(connection({ loadRequests }, { onEvent }), operation, {}))
  expect(onEvent.mock.calls.map(([{ type }]) => type)).toEqual(['credentials'])
})
