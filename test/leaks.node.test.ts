// After the call nothing is left behind: no timer, no open body, no listener on the caller's signal, no promise
// that rejects unheard, no memory. Counted after ten thousand calls with every kind of end.

import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { StsClient, type StsClientOptions } from '../src/index.ts'
import { CREDENTIALS, errorReply, INPUT, tokenReply } from './support/client.ts'
import { answer, type Exchange, faultsOf, startFaultServer } from './support/fault-server.ts'

const { random } = Math
const unheard: unknown[] = []
const warnings: Error[] = []
const hear = (reason: unknown) => unheard.push(reason)
const warn = (warning: Error) => warnings.push(warning)

beforeAll(() => {
  Math.random = () => 0 // no backoff; a spy would remember each call, and so leak
  process.on('unhandledRejection', hear)
  process.on('warning', warn)
})

afterAll(() => {
  process.off('unhandledRejection', hear)
  process.off('warning', warn)
  Math.random = random
})

setFlagsFromString('--expose-gc')
// With the flag set, a new context has it.
const collectGarbage = runInNewContext('gc') as () => void

const UNAVAILABLE = errorReply('ServiceUnavailable', 'No.', 'Receiver')

/** Counts the bodies that it hands out, and those that were read to their end, cancelled or broke. */
class Bodies {
  opened = 0
  ended = 0

  /** A body that gives this text in three chunks and then ends, breaks or hangs. */
  of(text: string, end: 'close' | 'break' | 'hang' = 'close'): ReadableStream<Uint8Array> {
    this.opened += 1
    const third = Math.ceil(text.length / 3)
    let at = 0
    return new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          if (at < text.length) {
            controller.enqueue(new TextEncoder().encode(text.slice(at, at + third)))
            at += third
            return undefined
          }
          if (end === 'hang') return new Promise(() => {})
          this.ended += 1
          if (end === 'close') controller.close()
          else controller.error(new TypeError('terminated'))
          return undefined
        },
        cancel: () => {
          this.ended += 1
        },
      },
      { highWaterMark: 0 }, // nothing is read ahead of the client
    )
  }
}

type Fetch = (input: unknown, init?: RequestInit) => Promise<Response>

interface Ending {
  readonly options: Partial<StsClientOptions>
  /** The error's code, or `token`. */
  readonly ends: string
}

/** How a call can end, each with the client's options that bring it about. */
function endings(bodies: Bodies): Record<string, Ending> {
  const reply = (status: number, text: string, type = 'text/xml') =>
    new Response(bodies.of(text), { status, headers: { 'content-type': type } })
  const hang: Fetch = (_, init) =>
    new Promise((_, reject) => {
      const signal = init?.signal
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  const always =
    (make: () => Response): Fetch =>
    async () =>
      make()
  const after = (first: () => Response): Fetch => {
    let requests = 0
    return async () => {
      requests += 1
      return requests % 2 === 1 ? first() : reply(200, tokenReply())
    }
  }
  const hourAhead = () => new Date(Date.now() + 60 * 60 * 1000).toUTCString()
  return {
    'a token': { options: { fetch: always(() => reply(200, tokenReply())) }, ends: 'token' },
    'a token after a 503': { options: { fetch: after(() => reply(503, UNAVAILABLE)) }, ends: 'token' },
    'three times 503': {
      options: { fetch: always(() => reply(503, UNAVAILABLE)) },
      ends: 'ServiceUnavailable',
    },
    'a refusal': {
      options: { fetch: always(() => reply(403, errorReply('AccessDenied'))) },
      ends: 'AccessDenied',
    },
    'a page': {
      options: { fetch: always(() => reply(200, '<p>Busy</p>', 'text/html')) },
      ends: 'unexpected_content',
    },
    'a redirect': { options: { fetch: always(() => reply(307, 'moved')) }, ends: 'redirect' },
    'a long body': { options: { fetch: always(() => reply(200, 'x'.repeat(99_999))) }, ends: 'too_large' },
    'a broken body': {
      options: { fetch: always(() => new Response(bodies.of('<a>', 'break'))) },
      ends: 'incomplete_body',
    },
    'a body that hangs': {
      options: { fetch: always(() => new Response(bodies.of('<a>', 'hang'))), attemptTimeout: 20 },
      ends: 'timeout',
    },
    'no response': {
      options: { fetch: () => Promise.reject(new TypeError('fetch failed')) },
      ends: 'network_failure',
    },
    'no end of the attempts': { options: { fetch: hang, attemptTimeout: 20 }, ends: 'timeout' },
    'no end of the call': { options: { fetch: hang, timeout: 20 }, ends: 'timeout' },
    'a response that comes too late': {
      options: {
        fetch: async () => {
          await allEnded.promise
          return reply(200, tokenReply())
        },
        timeout: 40, // enough to be sent
      },
      ends: 'timeout',
    },
    'a failure that comes too late': {
      options: {
        fetch: async () => {
          await allEnded.promise
          throw new TypeError('fetch failed')
        },
        timeout: 40, // enough to be sent
      },
      ends: 'timeout',
    },
    'a deadline before the next attempt': {
      options: {
        fetch: always(() => new Response(null, { status: 503, headers: { 'x-amz-retry-after': '9999' } })),
        timeout: 4000,
      },
      ends: 'unexpected_content',
    },
    'a provider that fails': {
      options: { credentials: () => Promise.reject(new Error('no role here')) },
      ends: 'invalid_credentials',
    },
    'a provider that fails too late': {
      options: {
        credentials: async () => {
          await allEnded.promise
          throw new Error('no role here')
        },
        timeout: 40, // enough to be sent
      },
      ends: 'timeout',
    },
    'credentials that are renewed': {
      options: {
        fetch: after(() => reply(403, errorReply('ExpiredToken'))),
        credentials: async () => CREDENTIALS,
      },
      ends: 'token',
    },
    'a clock that is off': {
      options: {
        fetch: always(
          () =>
            new Response(bodies.of(errorReply('SignatureDoesNotMatch')), {
              status: 403,
              headers: { date: hourAhead() },
            }),
        ),
      },
      ends: 'SignatureDoesNotMatch',
    },
    'an onEvent that rejects': {
      options: {
        fetch: always(() => reply(200, tokenReply())),
        onEvent: () => Promise.reject(new Error('broken')),
      },
      ends: 'token',
    },
  }
}

const LANES = 10

interface Lane {
  readonly kind: string
  readonly ends: string
  readonly client: StsClient
}

function makeLanes(bodies: Bodies): Lane[] {
  return Array.from({ length: LANES }, () => Object.entries(endings(bodies)))
    .flat()
    .map(([kind, { options, ends }]) => ({ kind, ends, client: makeClient(options) }))
}

/** Makes so many calls in each lane, all lanes at a time, and gives those that did not end as they should. */
async function callEach(lanes: readonly Lane[], calls: number, signal: AbortSignal): Promise<string[]> {
  const strays: string[] = []
  allEnded = Promise.withResolvers()
  await Promise.all(
    lanes.map(async ({ kind, ends, client }) => {
      for (let call = 0; call < calls; call++) {
        const end = await endOf(client.getWebIdentityToken(INPUT, { signal }), signal)
        if (end !== ends) strays.push(`${kind}: ${end}`)
      }
    }),
  )
  allEnded.resolve()
  return strays
}

// What comes too late comes when all calls have ended.
let allEnded = Promise.withResolvers<void>()

async function endOf(call: Promise<unknown>, signal: AbortSignal): Promise<string> {
  try {
    await call
    return 'token'
  } catch (error) {
    if (signal.aborted && error === signal.reason) return 'aborted'
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

function makeClient(options: Partial<StsClientOptions>): StsClient {
  return new StsClient({ region: 'us-east-1', credentials: CREDENTIALS, ...options })
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

async function heapUsed(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await sleep(30) // what is under way ends, and finalizers run
    collectGarbage()
  }
  return process.memoryUsage().heapUsed
}

async function expectNothingLeft(signal: AbortSignal, timersBefore: number): Promise<void> {
  expect(getEventListeners(signal, 'abort')).toEqual([])
  await sleep(50) // what came too late has come
  expect(timers()).toBeLessThanOrEqual(timersBefore)
  expect(unheard).toEqual([])
  expect(warnings).toEqual([])
}

test('ten thousand calls with every kind of end leave nothing behind', async () => {
  const { signal } = new AbortController()
  const bodies = new Bodies()
  const lanes = makeLanes(bodies)
  const timersBefore = timers()
  expect(await callEach(lanes, 5, signal)).toEqual([]) // what is made once, such as the XML parser, is made
  const heapBefore = await heapUsed()

  expect(await callEach(lanes, 10_000 / lanes.length, signal)).toEqual([])

  await expectNothingLeft(signal, timersBefore)
  await vi.waitFor(() => expect(bodies.ended).toBe(bodies.opened))
  expect(bodies.opened).toBeGreaterThan(10_000 / 2)
  // 200 bytes a call are less than the smallest thing that a call makes: a listener, a promise, an error.
  expect((await heapUsed()) - heapBefore).toBeLessThan(10_000 * 200)
  expect(lanes).toHaveLength(200) // the clients are still there, with all that they keep
}, 30_000)

test('calls that are aborted wherever they are leave nothing behind', async () => {
  const timersBefore = timers()
  const bodies = new Bodies()
  for (const delay of [0, 1, 3, 6, 10, 20]) {
    const controller = new AbortController()
    const calling = callEach(makeLanes(bodies), 20, controller.signal)
    setTimeout(() => controller.abort(new Error('changed my mind')), delay)
    const strays = await calling
    expect(strays.filter((stray) => !stray.endsWith(': aborted'))).toEqual([])
    expect(strays.length).toBeGreaterThan(0)
    await expectNothingLeft(controller.signal, timersBefore)
  }
  await vi.waitFor(() => expect(bodies.ended).toBe(bodies.opened))
})

test('calls that are aborted while they wait for the next attempt leave no timer behind', async () => {
  const timersBefore = timers()
  const controller = new AbortController()
  const calling = Array.from({ length: 20 }, () => {
    const waiting = Promise.withResolvers<void>()
    const client = makeClient({
      fetch: async () => new Response(null, { status: 503, headers: { 'x-amz-retry-after': '9999' } }),
      onEvent: ({ type }) => {
        if (type === 'retry') waiting.resolve()
      },
    })
    const call = client.getWebIdentityToken(INPUT, { signal: controller.signal })
    return { waiting: waiting.promise, end: endOf(call, controller.signal) }
  })
  await Promise.all(calling.map(({ waiting }) => waiting))
  controller.abort(new Error('changed my mind'))
  expect(new Set(await Promise.all(calling.map(({ end }) => end)))).toEqual(new Set(['aborted']))
  await expectNothingLeft(controller.signal, timersBefore)
})

test('some hundred calls over sockets leave no connection with an answer under way', async () => {
  const timersBefore = timers()
  const { signal } = new AbortController()
  const exchanges: Exchange[] = [
    answer({ body: tokenReply() }),
    answer({ status: 503, body: UNAVAILABLE }),
    answer({ status: 403, body: errorReply('AccessDenied') }),
    answer({ status: 307, body: 'moved', headers: { location: 'http://127.0.0.1:1/' } }),
    answer({ body: 'x'.repeat(1024 * 1024) }),
    ...Object.values(faultsOf(tokenReply())),
  ]
  const server = await startFaultServer(Array.from({ length: 50 }, () => exchanges).flat())
  onTestFinished(() => server.close())
  let ended = 0
  const lanes = Array.from({ length: 20 }, async () => {
    for (let call = 0; call < 20; call++) {
      const client = makeClient({ endpoint: server.url, attemptTimeout: 40 })
      await endOf(client.getWebIdentityToken(INPUT, { signal }), signal)
      ended += 1
    }
  })
  await Promise.all(lanes)
  expect(ended).toBe(400)
  await expectNothingLeft(signal, timersBefore)
  await vi.waitFor(() => {
    const open = server.connections.filter(({ endedBy }) => endedBy === undefined)
    expect(open.filter(({ isAnswering }) => isAnswering)).toEqual([])
  })
}, 15_000)
