// The rows of wire.node.test.ts where a runtime can differ, from inside real workerd: its own `fetch`, streams,
// timers, and a clock that stands still between I/O.

import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { errorReply, TOKEN, tokenReply } from './support/client.ts'
import {
  answer,
  type Exchange,
  faultsOf,
  freePort,
  head,
  type ReceivedRequest,
  startFaultServer,
} from './support/fault-server.ts'

// It makes as many calls as `calls` says, one after another, and tells what came of each.
const script = `
  import { StsClient } from '../src/index.ts'
  import { CREDENTIALS, INPUT } from './support/client.ts'

  export default {
    async fetch(request) {
      const { endpoint, calls, abortAfter, timeout = 5000, attemptTimeout = 4000 } = await request.json()
      const told = []
      const sts = new StsClient({
        region: 'us-east-1',
        credentials: CREDENTIALS,
        endpoint,
        timeout,
        attemptTimeout,
        onEvent: ({ type }) => told.push(type),
      })
      const outcomes = []
      for (let call = 0; call < calls; call++) {
        const controller = new AbortController()
        const reason = new Error('changed my mind')
        if (abortAfter !== undefined) setTimeout(() => controller.abort(reason), abortAfter)
        try {
          outcomes.push(await sts.getWebIdentityToken(INPUT, { signal: controller.signal }))
        } catch (error) {
          const { name, code, attempts, statusCode, waitingFor, message } = error
          outcomes.push(error === reason ? 'the reason' : { name, code, attempts, statusCode, waitingFor, message })
        }
      }
      return Response.json({ outcomes, told, offset: sts.now() - Date.now() })
    },
  }`

let worker: Miniflare

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    write: false,
  })
  worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-09-01',
    }),
  )
  const { outcomes } = await mint([GOOD]) // the XML parser is loaded, in nobody's attempt
  expect(outcomes).toEqual([MINTED])
})

afterAll(() => worker.dispose())

const GOOD = answer({ body: tokenReply() })
const UNAVAILABLE = answer({ status: 503, body: errorReply('ServiceUnavailable', 'No.', 'Receiver') })
const MINTED = { webIdentityToken: TOKEN, expiration: '2026-09-11T18:36:48.279Z' }
const faults = faultsOf(tokenReply())

interface WorkerOptions {
  readonly endpoint?: string
  readonly calls?: number
  readonly abortAfter?: number
  readonly timeout?: number
  readonly attemptTimeout?: number
}

/** What the Worker tells of its calls. */
interface Told {
  readonly outcomes: unknown[]
  readonly told: string[]
  readonly offset: number
}

async function mint(exchanges: readonly Exchange[], options: WorkerOptions = {}) {
  const server = await startFaultServer(exchanges)
  try {
    const began = performance.now()
    const response = await worker.dispatchFetch('http://localhost/', {
      method: 'POST',
      body: JSON.stringify({ endpoint: server.url, calls: 1, ...options }),
    })
    // It is what the script above answers.
    const told = (await response.json()) as Told
    expect(performance.now() - began).toBeLessThan(4500)
    return { ...told, server }
  } finally {
    await server.close()
  }
}

// Short enough to be waited for often, long enough for a good reply on a busy machine.
const LONGER = 600

const ANSWERED = ['request', 'response']
const RETRIED = [...ANSWERED, 'retry']

test.concurrent.each<[keyof typeof faults, object]>([
  ['a reset on connection', { name: 'ResponseError', code: 'network_failure' }],
  ['a reset before the headers', { name: 'ResponseError', code: 'network_failure' }],
  ['an end before the headers', { name: 'ResponseError', code: 'network_failure' }],
  ['a reset within the headers', { name: 'ResponseError', code: 'network_failure' }],
  ['a reset after the headers', { name: 'ResponseError', code: 'incomplete_body', statusCode: 200 }],
  ['a reset within the body', { name: 'ResponseError', code: 'incomplete_body', statusCode: 200 }],
  ['a body shorter than its content-length', { name: 'ResponseError', code: 'incomplete_body' }],
  ['a chunked body without its last chunk', { name: 'ResponseError', code: 'incomplete_body' }],
  ['a hang before the headers', { name: 'TimeoutError', code: 'timeout', waitingFor: 'the response' }],
  ['a hang after the headers', { name: 'TimeoutError', code: 'timeout', waitingFor: 'the response body' }],
  ['a hang within the body', { name: 'TimeoutError', code: 'timeout', waitingFor: 'the response body' }],
  ['a body that trickles', { name: 'TimeoutError', code: 'timeout', waitingFor: 'the response body' }],
])('%s is met three times and then told, and a good reply ends it', async (fault, expected) => {
  const options = 'waitingFor' in expected ? { attemptTimeout: LONGER } : {}
  const failed = await mint([faults[fault]], options)
  expect(failed.outcomes).toMatchObject([{ ...expected, attempts: 3 }])
  expect(failed.told).toEqual(['credentials', ...RETRIED, ...RETRIED, ...ANSWERED])
  const mended = await mint([faults[fault], faults[fault], GOOD], options)
  expect(mended.outcomes).toEqual([MINTED])
  expect(mended.told).toEqual(['credentials', ...RETRIED, ...RETRIED, ...ANSWERED])
  expect(mended.server.requests).toHaveLength(fault === 'a reset on connection' ? 1 : 3)
})

test('a port on which nobody listens is tried three times', async () => {
  const { outcomes } = await mint([], { endpoint: `http://127.0.0.1:${await freePort()}` })
  expect(outcomes).toMatchObject([{ name: 'ResponseError', code: 'network_failure', attempts: 3 }])
})

test('503 twice and then a token is a token', async () => {
  const { outcomes, server, told } = await mint([UNAVAILABLE, UNAVAILABLE, GOOD])
  expect(outcomes).toEqual([MINTED])
  expect(server.requests).toHaveLength(3)
  expect(told).toEqual(['credentials', ...RETRIED, ...RETRIED, ...ANSWERED])
})

test('a refusal is asked once', async () => {
  const { outcomes, server } = await mint([answer({ status: 403, body: errorReply('AccessDenied') })])
  expect(outcomes).toMatchObject([{ name: 'ServiceError', code: 'AccessDenied', attempts: 1 }])
  expect(server.requests).toHaveLength(1)
})

test('a body of 10 MB is given up', async () => {
  const body = `<a>${'x'.repeat(10 * 1024 * 1024)}</a>`
  const { outcomes, server } = await mint([answer({ body })])
  expect(outcomes).toMatchObject([{ code: 'too_large', attempts: 1 }])
  expect(server.connections[0]?.bytesSent).toBeLessThan(body.length)
})

test('a reply byte by byte is taken', async () => {
  const { outcomes } = await mint([[{ trickle: head({ body: tokenReply() }) + tokenReply(), every: 0 }]])
  expect(outcomes).toEqual([MINTED])
})

test('a redirect is not followed, whatever becomes of its body', async () => {
  const elsewhere = await startFaultServer([GOOD])
  onTestFinished(() => elsewhere.close())
  const moved = { send: head({ status: 307, headers: { location: elsewhere.url }, body: 'moved' }) }
  for (const end of [[{ send: 'moved' }], ['hang'], ['reset'], ['end']] as const) {
    const { outcomes, server } = await mint([[moved, ...end]])
    expect(outcomes).toMatchObject([
      { name: 'ResponseError', code: 'redirect', statusCode: 307, attempts: 1 },
    ])
    expect(server.requests).toHaveLength(1)
  }
  expect(elsewhere.requests).toEqual([])
})

test('the bound on the whole call ends it', async () => {
  const { outcomes, server } = await mint([['hang']], { timeout: 500 })
  expect(outcomes).toMatchObject([
    { name: 'TimeoutError', message: 'Gave up after 500 ms, waiting for the response', attempts: 1 },
  ])
  expect(server.requests).toHaveLength(1)
})

test('a wait that would outlast the deadline is not begun', async () => {
  const { outcomes, server } = await mint([answer({ status: 503, headers: { 'retry-after': '60' } })], {
    timeout: 4000,
  })
  expect(outcomes).toMatchObject([{ code: 'unexpected_content', statusCode: 503, attempts: 1 }])
  expect(server.requests).toHaveLength(1)
})

test.each<[string, Exchange]>([
  ['before the headers', ['hang']],
  ['after the headers', faults['a hang after the headers']],
  ['within the body', faults['a hang within the body']],
  ['while the body trickles', faults['a body that trickles']],
  ['while the client waits for the next attempt', answer({ status: 503, headers: { 'retry-after': '5' } })],
])('a signal that aborts %s ends the call with its reason', async (_, exchange) => {
  const { outcomes, server } = await mint([exchange], {
    abortAfter: 300,
    attemptTimeout: 4000,
    timeout: 20_000,
  })
  expect(outcomes).toEqual(['the reason'])
  expect(server.requests).toHaveLength(1)
})

test.each([
  ['an hour ahead', 60 * 60 * 1000],
  ['an hour behind', -60 * 60 * 1000],
  ['ten years ahead', 3652 * 24 * 60 * 60 * 1000],
])('a server clock %s costs one request in a client’s life', async (_, offset) => {
  const told = await mint(
    [
      (request) => {
        const serverTime = Date.now() + offset
        if (Math.abs(timeOf(request) - serverTime) < 15 * 60 * 1000) return GOOD
        const body = errorReply('SignatureDoesNotMatch')
        return answer({ status: 403, body, date: [new Date(serverTime).toUTCString()] })
      },
    ],
    { calls: 2 },
  )
  expect(told.outcomes).toEqual([MINTED, MINTED])
  expect(told.server.requests).toHaveLength(2 + 1)
  expect(told.told).toEqual([
    ...['credentials', ...ANSWERED, 'clock', ...ANSWERED],
    ...['credentials', ...ANSWERED],
  ])
  expect(Math.abs(told.offset - offset)).toBeLessThan(10_000)
})

function timeOf({ headers }: ReceivedRequest): number {
  const date = headers.get('x-amz-date') ?? ''
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

test('a connection of a call that was given up is closed', async () => {
  const server = await startFaultServer([['hang']])
  onTestFinished(() => server.close())
  await mint([], { endpoint: server.url, timeout: 500 })
  await vi.waitFor(() => expect(server.connections.map(({ endedBy }) => endedBy)).toEqual(['client']))
})
