// What the client makes of a bad network and a bad server, over real sockets: each fault in each phase of a call,
// with what the caller gets, how often the server is asked, how long it takes and what `onEvent` is told.

import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ClientEvent, StsClient, type StsClientOptions } from '../src/index.ts'
import { CREDENTIALS, errorReply, INPUT, rejectionOf, TOKEN, tokenReply } from './support/client.ts'
import {
  answer,
  chunk,
  type Exchange,
  type FaultServer,
  faultsOf,
  freePort,
  head,
  type ReceivedRequest,
  type Steps,
  startFaultServer,
} from './support/fault-server.ts'

// Short enough to be waited for often; a good reply has a longer time, lest a busy machine be taken for a fault.
const SHORT = 300
const LONGER = 600

// No row may take as long: a client that forgot its bounds would wait for 5 s at least.
const SOON = 3500

const GOOD = answer({ body: tokenReply() })
const UNAVAILABLE = answer({ status: 503, body: errorReply('ServiceUnavailable', 'No.', 'Receiver') })

beforeAll(async () => {
  // Backoff is 1 and 2 ms, 20 and 40 ms when throttled. Clients take the function when they are made.
  vi.spyOn(Math, 'random').mockReturnValue(0.02)
  const { client } = await setUp([GOOD])
  await client.getWebIdentityToken(INPUT) // the XML parser is loaded, in nobody's attempt
})

afterAll(async () => {
  vi.restoreAllMocks()
  await Promise.all(servers.map((server) => server.close()))
})

const servers: FaultServer[] = []

interface Wire {
  readonly server: FaultServer
  readonly client: StsClient
  /** What `onEvent` was told, a line for each event. */
  readonly told: string[]
}

async function setUp(script: readonly Exchange[], options: Partial<StsClientOptions> = {}): Promise<Wire> {
  const server = await startFaultServer(script)
  servers.push(server)
  const told: string[] = []
  const client = makeClient(server.url, {
    ...options,
    onEvent(event) {
      told.push(lineOf(event))
      return options.onEvent?.(event)
    },
  })
  return { server, client, told }
}

function makeClient(endpoint: string, options: Partial<StsClientOptions>): StsClient {
  return new StsClient({
    region: 'us-east-1',
    credentials: CREDENTIALS,
    endpoint,
    ...options,
  })
}

function lineOf(event: ClientEvent): string {
  switch (event.type) {
    case 'credentials':
      return event.forceRefresh ? 'credentials, anew' : 'credentials'
    case 'request':
      return `request ${event.attempt}`
    case 'response':
      return `response ${event.attempt}: ${event.statusCode ?? 'none'}, ${event.errorCode ?? 'good'}`
    case 'retry':
      return `retry after ${event.attempt}: ${event.errorCode}`
    case 'clock':
      return 'clock'
  }
}

/** What `onEvent` is to be told of attempts that ended like this: `503, ServiceUnavailable`, or `200, good`. */
function toldOf(...outcomes: string[]): string[] {
  return [
    'credentials',
    ...outcomes.flatMap((outcome, index) => {
      const attempt = index + 1
      const told = [`request ${attempt}`, `response ${attempt}: ${outcome}`]
      const code = outcome.split(', ')[1]
      return attempt < outcomes.length ? [...told, `retry after ${attempt}: ${code}`] : told
    }),
  ]
}

/** Waits for the rejection, and sees that it came soon. */
async function soonRejectionOf(promise: Promise<unknown>, atLeast = 0): Promise<unknown> {
  const began = performance.now()
  const error = await rejectionOf(promise)
  const elapsed = performance.now() - began
  expect(elapsed).toBeLessThan(SOON)
  expect(elapsed).toBeGreaterThan(atLeast - 20)
  return error
}

const HOUR = 60 * 60 * 1000

const faults = faultsOf(tokenReply())

/** A fault that passes, and how an attempt that meets it ends. */
interface Fault {
  readonly fault: keyof typeof faults
  readonly code: 'network_failure' | 'incomplete_body' | 'timeout'
  readonly statusCode?: number
  /** What a time-out says. */
  readonly waitingFor?: string
}

describe.concurrent.each<Fault>([
  { fault: 'a reset on connection', code: 'network_failure' },
  { fault: 'a reset before the headers', code: 'network_failure' },
  { fault: 'an end before the headers', code: 'network_failure' },
  { fault: 'a reset within the headers', code: 'network_failure' },
  { fault: 'a reset after the headers', code: 'incomplete_body', statusCode: 200 },
  { fault: 'a reset within the body', code: 'incomplete_body', statusCode: 200 },
  { fault: 'a body shorter than its content-length', code: 'incomplete_body', statusCode: 200 },
  { fault: 'a chunked body without its last chunk', code: 'incomplete_body', statusCode: 200 },
  { fault: 'a hang before the headers', code: 'timeout', waitingFor: 'the response' },
  { fault: 'a hang within the headers', code: 'timeout', waitingFor: 'the response' },
  { fault: 'headers that trickle', code: 'timeout', waitingFor: 'the response' },
  { fault: 'a hang after the headers', code: 'timeout', statusCode: 200, waitingFor: 'the response body' },
  { fault: 'a hang within the body', code: 'timeout', statusCode: 200, waitingFor: 'the response body' },
  { fault: 'a body that trickles', code: 'timeout', statusCode: 200, waitingFor: 'the response body' },
])('$fault', ({ fault, code, statusCode, waitingFor }) => {
  const outcome = `${statusCode ?? 'none'}, ${code}`
  const short = code === 'timeout' ? SHORT : 5000
  // A server that resets at once has read no request.
  const seen = (requests: number) => (fault === 'a reset on connection' ? 0 : requests)
  const expected =
    code === 'timeout'
      ? { name: 'TimeoutError', code, waitingFor, timeout: short, retryable: true }
      : { name: 'ResponseError', code, statusCode, retryable: true }

  test('is met three times, and then told', async () => {
    const { server, client, told } = await setUp([faults[fault]], { attemptTimeout: short })
    const least = code === 'timeout' ? 3 * short : 0
    const error = await soonRejectionOf(client.getWebIdentityToken(INPUT), least)
    expect(error).toMatchObject({ ...expected, attempts: 3 })
    expect(server.requests).toHaveLength(seen(3))
    expect(told).toEqual(toldOf(outcome, outcome, outcome))
  })

  test('costs a request each time, and a good reply ends it', async () => {
    const attemptTimeout = code === 'timeout' ? LONGER : undefined
    const once = await setUp([faults[fault], GOOD], { attemptTimeout })
    const twice = await setUp([faults[fault], faults[fault], GOOD], { attemptTimeout })
    const minted = await Promise.all(
      [once, twice].map(async ({ client }) => (await client.getWebIdentityToken(INPUT)).webIdentityToken),
    )
    expect(minted).toEqual([TOKEN, TOKEN])
    expect(once.server.requests).toHaveLength(seen(1) + 1)
    expect(once.told).toEqual(toldOf(outcome, '200, good'))
    expect(twice.server.requests).toHaveLength(seen(2) + 1)
    expect(twice.told).toEqual(toldOf(outcome, outcome, '200, good'))
  })

  test('is told at once where only one attempt is allowed, and its connection is closed', async () => {
    const { server, client, told } = await setUp([faults[fault], GOOD], {
      maxAttempts: 1,
      attemptTimeout: short,
    })
    const error = await soonRejectionOf(client.getWebIdentityToken(INPUT))
    expect(error).toMatchObject({ ...expected, attempts: 1 })
    expect(told).toEqual(toldOf(outcome))
    await vi.waitFor(() => expect(server.connections.map(({ endedBy }) => endedBy)).not.toContain(undefined))
  })
})

describe('a port on which nobody listens', () => {
  test('is tried three times, and then told with the reason', async () => {
    const port = await freePort()
    const told: string[] = []
    const client = makeClient(`http://127.0.0.1:${port}`, { onEvent: (event) => told.push(lineOf(event)) })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      name: 'ResponseError',
      code: 'network_failure',
      message: `No response from http://127.0.0.1:${port}: fetch failed (connect ECONNREFUSED 127.0.0.1:${port})`,
      statusCode: undefined,
      attempts: 3,
    })
    const outcome = 'none, network_failure'
    expect(told).toEqual(toldOf(outcome, outcome, outcome))
  })

  test('may have a server a moment later', async () => {
    const port = await freePort()
    const starting = Promise.withResolvers<FaultServer>()
    const client = makeClient(`http://127.0.0.1:${port}`, {
      maxAttempts: 20, // as many as it takes until it listens
      onEvent: ({ type }) => {
        if (type === 'retry') starting.resolve(startFaultServer([GOOD], port))
      },
    })
    const minting = client.getWebIdentityToken(INPUT)
    const server = await starting.promise
    servers.push(server)
    expect(await minting).toMatchObject({ webIdentityToken: TOKEN })
    expect(server.requests).toHaveLength(1)
  })
})

describe.concurrent('different faults in a row', () => {
  test('count as attempts of one call, and the last of them is told', async () => {
    const { server, client, told } = await setUp(
      [faults['a reset within the body'], faults['a hang before the headers'], UNAVAILABLE],
      { attemptTimeout: LONGER },
    )
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      name: 'ServiceError',
      code: 'ServiceUnavailable',
      attempts: 3,
    })
    expect(server.requests).toHaveLength(3)
    expect(told).toEqual(toldOf('200, incomplete_body', 'none, timeout', '503, ServiceUnavailable'))
  })

  test('end at the first that another attempt cannot mend', async () => {
    const { server, client, told } = await setUp([
      UNAVAILABLE,
      answer({ status: 403, body: errorReply('AccessDenied') }),
      GOOD,
    ])
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      code: 'AccessDenied',
      attempts: 2,
    })
    expect(server.requests).toHaveLength(2)
    expect(told).toEqual(toldOf('503, ServiceUnavailable', '403, AccessDenied'))
  })

  test('do not mix their requests: each has the same body and a signature of its own', async () => {
    const { server, client } = await setUp([UNAVAILABLE, faults['a reset before the headers'], GOOD])
    await client.getWebIdentityToken(INPUT)
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1)
    for (const { method, headers } of server.requests) {
      expect(method).toBe('POST')
      expect(headers.get('authorization')).toMatch(/^AWS4-HMAC-SHA256 Credential=/)
    }
  })
})

describe('each status with each kind of body', () => {
  const bodies = {
    good: { body: tokenReply() },
    error: { body: errorReply('Refused') },
    html: { body: '<html><body>Busy</body></html>', headers: { 'content-type': 'text/html' } },
    json: { body: '{"message":"Busy"}', headers: { 'content-type': 'application/json' } },
    empty: { body: '' },
    half: { body: tokenReply().slice(0, 200) },
  } as const

  // How often each is asked, and with what it ends. A 204 has no body, whatever the server sends behind it.
  const columns = ['good', 'error', 'html', 'json', 'empty', 'half'] as const
  const table = `
    200 | 1 token            | 1 Refused            | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content | 1 unexpected_reply
    204 | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content
    400 | 1 unexpected_reply | 1 Refused            | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content | 1 unexpected_reply
    403 | 1 unexpected_reply | 1 Refused            | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content | 1 unexpected_reply
    404 | 1 unexpected_reply | 1 Refused            | 1 unexpected_content | 1 unexpected_content | 1 unexpected_content | 1 unexpected_reply
    429 | 3 unexpected_reply | 3 Refused            | 3 unexpected_content | 3 unexpected_content | 3 unexpected_content | 3 unexpected_reply
    500 | 3 unexpected_reply | 3 Refused            | 3 unexpected_content | 3 unexpected_content | 3 unexpected_content | 3 unexpected_reply
    502 | 3 unexpected_reply | 3 Refused            | 3 unexpected_content | 3 unexpected_content | 3 unexpected_content | 3 unexpected_reply
    503 | 3 unexpected_reply | 3 Refused            | 3 unexpected_content | 3 unexpected_content | 3 unexpected_content | 3 unexpected_reply
    504 | 3 unexpected_reply | 3 Refused            | 3 unexpected_content | 3 unexpected_content | 3 unexpected_content | 3 unexpected_reply`

  const rows = table
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [status, ...cells] = line.split('|').map((cell) => cell.trim())
      return columns.map((kind, column) => {
        const [attempts, code = ''] = (cells[column] ?? '').split(' ')
        return { status: Number(status), kind, attempts: Number(attempts), code }
      })
    })

  test.concurrent.each(rows)(
    '$status, $kind: $attempts × $code',
    async ({ status, kind, attempts, code }) => {
      const { server, client, told } = await setUp([answer({ status, ...bodies[kind] })])
      if (code === 'token') {
        expect(await client.getWebIdentityToken(INPUT)).toMatchObject({ webIdentityToken: TOKEN })
        expect(told).toEqual(toldOf('200, good'))
      } else {
        expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
          name: code === 'Refused' ? 'ServiceError' : 'ResponseError',
          code,
          statusCode: status,
          attempts,
          retryable: attempts === 3,
        })
        expect(told).toEqual(toldOf(...Array.from({ length: attempts }, () => `${status}, ${code}`)))
      }
      expect(server.requests).toHaveLength(attempts)
    },
  )

  test('none of them keeps the next call from being answered', async () => {
    for (const reply of Object.values(bodies)) {
      const { client } = await setUp([answer({ status: 204, ...reply }), GOOD])
      await rejectionOf(client.getWebIdentityToken(INPUT))
      expect(await client.getWebIdentityToken(INPUT)).toMatchObject({ webIdentityToken: TOKEN })
    }
  })
})

describe.concurrent('a reply that is well', () => {
  test.each<[string, Steps]>([
    ['arrives byte by byte', [{ trickle: head({ body: tokenReply() }) + tokenReply(), every: 0 }]],
    [
      'is chunked in the middle of words',
      [
        { send: head({ headers: { 'transfer-encoding': 'chunked' } }) },
        ...(tokenReply().match(/.{1,7}/g) ?? []).map((text) => ({ send: chunk(text) })),
        { send: '0\r\n\r\n' },
      ],
    ],
    [
      'has no length and ends with the connection',
      [{ send: `HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n\r\n${tokenReply()}` }, 'end'],
    ],
    ['follows an interim reply', [{ send: 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n' }, ...GOOD]],
    ['is compressed', answer({ body: gzipSync(tokenReply()), headers: { 'content-encoding': 'gzip' } })],
  ])('is taken when it %s', async (_, steps) => {
    const { server, client, told } = await setUp([steps])
    expect(await client.getWebIdentityToken(INPUT)).toMatchObject({ webIdentityToken: TOKEN })
    expect(server.requests).toHaveLength(1)
    expect(told).toEqual(toldOf('200, good'))
  })
})

describe('a body of 10 MB is given up after 64 KiB', () => {
  const xml = `<a>${'x'.repeat(10 * 1024 * 1024)}</a>`

  test.each<[string, Steps]>([
    ['with its length', answer({ body: xml })],
    ['in chunks', [{ send: head({ headers: { 'transfer-encoding': 'chunked' } }) }, { send: chunk(xml) }]],
    ['without a length', [{ send: 'HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n\r\n' }, { send: xml }]],
  ])('%s', async (_, steps) => {
    const { server, client } = await setUp([steps])
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      name: 'ResponseError',
      code: 'too_large',
      statusCode: 200,
      retryable: false,
      attempts: 1,
    })
    await vi.waitFor(() => expect(server.connections[0]?.endedBy).toBe('client'))
    // What the sockets' own buffers hold has left the server too.
    expect(server.connections[0]?.bytesSent).toBeLessThan(xml.length)
  })

  test('compressed to 10 KB', async () => {
    const body = gzipSync(xml)
    const { server, client } = await setUp([answer({ body, headers: { 'content-encoding': 'gzip' } })])
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      code: 'too_large',
      attempts: 1,
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe.concurrent('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const elsewhere = await setUp([GOOD])
    const { server, client, told } = await setUp([
      answer({ status, headers: { location: elsewhere.server.url }, body: 'moved' }),
    ])
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      name: 'ResponseError',
      code: 'redirect',
      statusCode: status,
      retryable: false,
      attempts: 1,
    })
    expect(server.requests).toHaveLength(1)
    expect(elsewhere.server.requests).toEqual([])
    expect(told).toEqual(toldOf(`${status}, redirect`))
  })

  test.each<[string, Steps]>([
    ['hangs', ['hang']],
    ['is reset', [{ pause: 5 }, 'reset']],
    ['is reset together with the headers', ['reset']],
    ['is cut', [{ send: 'mov' }, 'end']],
  ])('whose body %s is a redirect all the same', async (_, steps) => {
    const location = 'http://127.0.0.1:1/'
    const moved = [{ send: head({ status: 307, headers: { location }, body: 'moved' }) }, ...steps]
    // A `fetch` that someone has wrapped takes a moment more: the body has failed before it is looked at.
    const slowly: typeof fetch = async (...request) => {
      const response = await fetch(...request)
      await sleep(30)
      return response
    }
    for (const given of [fetch, slowly]) {
      const { server, client } = await setUp([moved], { fetch: given })
      const error = await soonRejectionOf(client.getWebIdentityToken(INPUT))
      expect(error, given.name).toMatchObject({ name: 'ResponseError', code: 'redirect', attempts: 1 })
      expect(server.requests).toHaveLength(1)
    }
  })
})

describe.concurrent('the bound on the whole call', () => {
  test.each<[string, keyof typeof faults, string]>([
    ['while it waits for a response', 'a hang before the headers', 'the response'],
    ['while a body trickles', 'a body that trickles', 'the response body'],
  ])('ends it %s, though the attempt had time left', async (_, fault, waitingFor) => {
    const { server, client } = await setUp([faults[fault]], { timeout: 500 })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT), 500)).toMatchObject({
      name: 'TimeoutError',
      code: 'timeout',
      waitingFor,
      timeout: 500,
      attempts: 1,
    })
    expect(server.requests).toHaveLength(1)
    await vi.waitFor(() => expect(server.connections[0]?.endedBy).toBe('client'))
  })

  test('ends it in the second attempt, and no third is begun', async () => {
    const { server, client } = await setUp([['hang']], { timeout: 1000, attemptTimeout: LONGER })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT), 1000)).toMatchObject({
      name: 'TimeoutError',
      timeout: 1000,
      attempts: 2,
    })
    await sleep(300)
    expect(server.requests).toHaveLength(2)
  })

  test('ends it while the provider is asked anew', async () => {
    const { server, client } = await setUp([answer({ status: 403, body: errorReply('ExpiredToken') })], {
      timeout: LONGER,
      credentials: (options) =>
        options?.forceRefresh ? new Promise(() => {}) : Promise.resolve(CREDENTIALS),
    })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT), LONGER)).toMatchObject({
      name: 'TimeoutError',
      waitingFor: 'the credentials provider',
      timeout: LONGER,
      attempts: 1,
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe.concurrent('a server that says when to come again', () => {
  const busy = (headers: Record<string, string>) =>
    answer({ status: 503, headers, body: errorReply('ServiceUnavailable', 'No.', 'Receiver') })

  test.each([
    ['x-amz-retry-after', '150', 150],
    ['retry-after', '1', 1000],
  ])('by %s is asked again then', async (header, value, milliseconds) => {
    const { server, client } = await setUp([busy({ [header]: value }), GOOD])
    await client.getWebIdentityToken(INPUT)
    const [first, second] = server.requests
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(milliseconds - 20)
    expect(server.requests).toHaveLength(2)
  })

  test.each([
    [{ 'x-amz-retry-after': '100', 'retry-after': '30' }, 100],
    [{ 'x-amz-retry-after': 'soon' }, 1],
    [{ 'x-amz-retry-after': '-1' }, 1],
    [{ 'x-amz-retry-after': '1e3' }, 1],
    [{ 'retry-after': '0' }, 1],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 1],
    [{ 'retry-after': '99999999999999999999' }, 1],
  ])('by %j is asked again after %i ms', async (headers, delay) => {
    const delays: number[] = []
    const { client } = await setUp([busy(headers), GOOD], {
      onEvent: (event) => {
        if (event.type === 'retry') delays.push(event.delay)
      },
    })
    await client.getWebIdentityToken(INPUT)
    expect(delays).toEqual([delay])
  })

  test.each([
    ['x-amz-retry-after', '60000'],
    ['retry-after', '60'],
  ])('by %s later than the deadline is told at once', async (header, value) => {
    const { server, client, told } = await setUp([busy({ [header]: value })], { timeout: 4500 })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      name: 'ServiceError',
      code: 'ServiceUnavailable',
      retryable: true,
      attempts: 1,
    })
    expect(server.requests).toHaveLength(1)
    expect(told).toEqual(toldOf('503, ServiceUnavailable'))
  })

  test('later than what is left after two attempts is told at once, with the last error', async () => {
    const { server, client } = await setUp(
      [faults['a reset before the headers'], busy({ 'retry-after': '9' })],
      {
        timeout: 4500,
      },
    )
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      code: 'ServiceUnavailable',
      attempts: 2,
    })
    expect(server.requests).toHaveLength(2)
  })
})

describe.concurrent('a signal that aborts', () => {
  const reason = new Error('changed my mind')

  test.each<[string, Exchange]>([
    ['before the headers', ['hang']],
    ['within the headers', faults['a hang within the headers']],
    ['after the headers', faults['a hang after the headers']],
    ['within the body', faults['a hang within the body']],
    ['while the headers trickle', faults['headers that trickle']],
    ['while the body trickles', faults['a body that trickles']],
  ])('%s ends the call with its reason, and the connection', async (_, exchange) => {
    const controller = new AbortController()
    const { server, client, told } = await setUp([exchange])
    const rejecting = soonRejectionOf(client.getWebIdentityToken(INPUT, { signal: controller.signal }))
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    await sleep(50) // what is sent before the hang arrives
    controller.abort(reason)
    expect(await rejecting).toBe(reason)
    await vi.waitFor(() => expect(server.connections[0]?.endedBy).toBe('client'))
    expect(server.requests).toHaveLength(1)
    expect(told).not.toContain('request 2')
  })

  test('while the client waits for the next attempt ends the wait', async () => {
    const controller = new AbortController()
    const { server, client } = await setUp([answer({ status: 503, headers: { 'retry-after': '5' } })], {
      onEvent: ({ type }) => {
        if (type === 'retry') setTimeout(() => controller.abort(reason), 20)
      },
    })
    const minting = client.getWebIdentityToken(INPUT, { signal: controller.signal })
    expect(await soonRejectionOf(minting)).toBe(reason)
    expect(server.requests).toHaveLength(1)
  })

  test('in the second attempt ends it', async () => {
    const controller = new AbortController()
    const { server, client } = await setUp([UNAVAILABLE, ['hang']])
    const rejecting = soonRejectionOf(client.getWebIdentityToken(INPUT, { signal: controller.signal }))
    await vi.waitFor(() => expect(server.requests).toHaveLength(2))
    controller.abort(reason)
    expect(await rejecting).toBe(reason)
  })

  test('while the provider is asked anew ends the call', async () => {
    const controller = new AbortController()
    const { server, client } = await setUp([answer({ status: 403, body: errorReply('ExpiredToken') })], {
      credentials: (options) => {
        if (!options?.forceRefresh) return Promise.resolve(CREDENTIALS)
        controller.abort(reason)
        return new Promise(() => {})
      },
    })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT, { signal: controller.signal }))).toBe(
      reason,
    )
    expect(server.requests).toHaveLength(1)
  })

  // An event is told between two steps: whatever follows it must not be begun.
  test.each<[ClientEvent['type'], number, Exchange]>([
    ['credentials', 0, UNAVAILABLE],
    ['request', 0, UNAVAILABLE],
    ['response', 1, UNAVAILABLE],
    ['retry', 1, UNAVAILABLE],
    ['clock', 1, refusedForClock({ offset: HOUR })],
  ])('at the event %s ends the call after %i requests', async (type, requests, exchange) => {
    const controller = new AbortController()
    const { server, client } = await setUp([exchange], {
      onEvent: (event) => {
        if (event.type === type) controller.abort(reason)
      },
    })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT, { signal: controller.signal }))).toBe(
      reason,
    )
    await sleep(50)
    expect(server.requests).toHaveLength(requests)
  })

  test('is not held against a call that has ended', async () => {
    const controller = new AbortController()
    const { client } = await setUp([GOOD])
    const output = await client.getWebIdentityToken(INPUT, { signal: controller.signal })
    controller.abort(reason)
    expect(output).toMatchObject({ webIdentityToken: TOKEN })
  })
})

interface Clock {
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  readonly offset: number
  /** Where the server's time can be read. */
  readonly tells?: 'header' | 'message'
}

/** Refuses a request for its time, as STS does, by a clock that is so far ahead. */
function refusedForClock({ offset, tells = 'header' }: Clock): (request: ReceivedRequest) => Steps {
  return ({ headers }) => {
    const now = Date.now() + offset
    const signedAt = headers.get('x-amz-date') ?? ''
    const [what, sign] = offset > 0 ? ['expired', '-'] : ['not yet current', '+']
    const message =
      tells === 'header'
        ? 'The signature is wrong.'
        : `Signature ${what}: ${signedAt} is now elsewhere than ${amzDate(now)} (${amzDate(now)} ${sign} 15 min.)`
    return answer({
      status: 403,
      body: errorReply('SignatureDoesNotMatch', message),
      date: tells === 'header' ? [new Date(now).toUTCString()] : [],
    })
  }
}

function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, '')
}

function timeOf({ headers }: ReceivedRequest): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers.get('x-amz-date') ?? '') ?? []
  const [year, month, day, hours, minutes, seconds] = parts
  return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
}

/** Answers well what is signed within 15 minutes of its clock, and refuses the rest. */
function byItsClock(clock: Clock): (request: ReceivedRequest) => Steps {
  return (request) => {
    const isCurrent = Math.abs(timeOf(request) - (Date.now() + clock.offset)) < 15 * 60 * 1000
    return isCurrent ? GOOD : refusedForClock(clock)(request)
  }
}

describe('a clock that is off', () => {
  const DAY = 24 * HOUR
  const offsets = [
    ['an hour ahead', HOUR],
    ['an hour behind', -HOUR],
    ['a day ahead', DAY],
    ['a day behind', -DAY],
    ['ten years ahead', 3652 * DAY],
    ['ten years behind', -3652 * DAY],
  ] as const

  test.each(
    offsets.flatMap(([when, offset]) => [
      { when, offset, tells: 'header' as const },
      { when, offset, tells: 'message' as const },
    ]),
  )('of a server $when, which its $tells tells, costs one request in a client’s life', async (clock) => {
    const { server, client, told } = await setUp([byItsClock(clock)])
    await client.getWebIdentityToken(INPUT)
    expect(server.requests).toHaveLength(2)
    expect(told).toEqual([
      'credentials',
      'request 1',
      'response 1: 403, SignatureDoesNotMatch',
      'clock',
      'request 2',
      'response 2: 200, good',
    ])
    await client.getWebIdentityToken(INPUT)
    expect(server.requests).toHaveLength(3)
    for (const request of server.requests.slice(1)) {
      expect(Math.abs(timeOf(request) - (Date.now() + clock.offset))).toBeLessThan(10_000)
    }
    expect(Math.abs(client.now() - (Date.now() + clock.offset))).toBeLessThan(10_000)
  })

  test.each([
    'InvalidSignatureException',
    'RequestExpired',
    'RequestInTheFuture',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
  ])('is learnt from %s', async (code) => {
    const date = [new Date(Date.now() + HOUR).toUTCString()]
    const { server, client } = await setUp([answer({ status: 403, body: errorReply(code), date }), GOOD])
    await client.getWebIdentityToken(INPUT)
    expect(server.requests).toHaveLength(2)
  })

  test('is not learnt from any other refusal', async () => {
    const date = [new Date(Date.now() + HOUR).toUTCString()]
    for (const code of ['AccessDenied', 'IncompleteSignature', 'ServiceUnavailable']) {
      const { client, told } = await setUp([answer({ status: 403, body: errorReply(code), date })])
      await rejectionOf(client.getWebIdentityToken(INPUT))
      expect(told).not.toContain('clock')
      expect(Math.abs(client.now() - Date.now())).toBeLessThan(10_000)
    }
  })

  const wrong = 'The request signature we calculated does not match the signature you provided.'

  test.each<[string, readonly string[], string]>([
    ['no date', [], wrong],
    ['a date of the year 1601', ['Mon, 01 Jan 1601 00:00:00 GMT'], wrong],
    ['a date of the year 9999', ['Fri, 31 Dec 9999 23:59:59 GMT'], wrong],
    [
      'two dates',
      [new Date(Date.now() + HOUR).toUTCString(), new Date(Date.now() + 2 * HOUR).toUTCString()],
      wrong,
    ],
    ['garbage for a date', ['yesterday'], wrong],
    ['an empty date', [''], wrong],
    ['a date in another format', [new Date(Date.now() + HOUR).toISOString()], wrong],
    ['a date that is no day', ['Mon, 99 Feb 2026 00:00:00 GMT'], wrong],
    ['a date four minutes off', [new Date(Date.now() + 4 * 60 * 1000).toUTCString()], wrong],
    [
      'the year 1601 in its message',
      [],
      'Signature expired: 20260101T000000Z is now earlier than 16010101T000000Z (16010101T001500Z - 15 min.)',
    ],
    [
      'garbage in its message',
      [],
      'Signature expired: 20260101T000000Z is now earlier than 20269999T999999Z (20269999T999999Z - 15 min.)',
    ],
  ])('is not learnt from %s', async (_, date, message) => {
    const { server, client, told } = await setUp([
      answer({ status: 403, body: errorReply('SignatureDoesNotMatch', message), date }),
    ])
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      name: 'ServiceError',
      code: 'SignatureDoesNotMatch',
      retryable: false,
      attempts: 1,
    })
    expect(server.requests).toHaveLength(1)
    expect(told).toEqual(toldOf('403, SignatureDoesNotMatch'))
    expect(Math.abs(client.now() - Date.now())).toBeLessThan(10_000)
  })

  test('is set once in a call: a server that goes on refusing is asked twice', async () => {
    let hours = 0
    const { server, client } = await setUp([
      (request) => {
        hours += 1
        return refusedForClock({ offset: hours * HOUR })(request)
      },
    ])
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      attempts: 2,
    })
    expect(server.requests).toHaveLength(2)
  })

  test('is learnt anew when it changes', async () => {
    let offset = HOUR
    const { server, client } = await setUp([(request) => byItsClock({ offset })(request)])
    await client.getWebIdentityToken(INPUT)
    offset = -HOUR
    await client.getWebIdentityToken(INPUT)
    await client.getWebIdentityToken(INPUT)
    expect(server.requests).toHaveLength(2 + 2 + 1)
  })

  test('costs each of the calls one request that were under way when it was learnt', async () => {
    const { server, client } = await setUp([byItsClock({ offset: HOUR })])
    const minted = await Promise.all(Array.from({ length: 4 }, () => client.getWebIdentityToken(INPUT)))
    expect(minted).toHaveLength(4)
    expect(server.requests.length).toBeLessThanOrEqual(8)
  })

  test('does not use up what faults are tried for', async () => {
    const { server, client } = await setUp([refusedForClock({ offset: HOUR }), UNAVAILABLE, GOOD])
    await client.getWebIdentityToken(INPUT)
    expect(server.requests).toHaveLength(3)
  })
})

describe('credentials that AWS no longer takes', () => {
  test.each(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId'])(
    '(%s) are asked for anew once, and the call goes on with the new ones',
    async (code) => {
      const asked: boolean[] = []
      const { server, client, told } = await setUp([answer({ status: 403, body: errorReply(code) }), GOOD], {
        credentials: async ({ forceRefresh = false } = {}) => {
          asked.push(forceRefresh)
          return { ...CREDENTIALS, sessionToken: forceRefresh ? 'new' : 'old' }
        },
      })
      await client.getWebIdentityToken(INPUT)
      expect(asked).toEqual([false, true])
      expect(server.requests.map(({ headers }) => headers.get('x-amz-security-token'))).toEqual([
        'old',
        'new',
      ])
      expect(told).toEqual([
        'credentials',
        'request 1',
        `response 1: 403, ${code}`,
        'credentials, anew',
        'request 2',
        'response 2: 200, good',
      ])
    },
  )

  test('are asked for anew only once in a call', async () => {
    const asked: boolean[] = []
    const { server, client } = await setUp([answer({ status: 403, body: errorReply('ExpiredToken') })], {
      credentials: async ({ forceRefresh = false } = {}) => {
        asked.push(forceRefresh)
        return CREDENTIALS
      },
    })
    expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
      code: 'ExpiredToken',
      attempts: 2,
    })
    expect(asked).toEqual([false, true])
    expect(server.requests).toHaveLength(2)
  })

  test('may be new and meet a fault, which is then tried again', async () => {
    const { server, client } = await setUp(
      [answer({ status: 403, body: errorReply('ExpiredToken') }), UNAVAILABLE, GOOD],
      { credentials: async () => CREDENTIALS },
    )
    await client.getWebIdentityToken(INPUT)
    expect(server.requests).toHaveLength(3)
  })

  test.each(['ExpiredToken', 'InvalidClientTokenId', 'AccessDenied', 'SignatureDoesNotMatch'])(
    '(%s) and are given as they are cost one request',
    async (code) => {
      const { server, client, told } = await setUp([answer({ status: 403, body: errorReply(code) }), GOOD])
      expect(await soonRejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({ code, attempts: 1 })
      expect(server.requests).toHaveLength(1)
      expect(told).toEqual(toldOf(`403, ${code}`))
    },
  )

  test('are not asked for by a call that is not signed: its own token has expired', async () => {
    const credentials = vi.fn(async () => CREDENTIALS)
    const { server, client } = await setUp(
      [answer({ status: 400, body: errorReply('ExpiredTokenException') })],
      { credentials },
    )
    const input = {
      roleArn: 'arn:aws:iam::123456789012:role/ci',
      roleSessionName: 'build',
      webIdentityToken: TOKEN,
    }
    expect(await soonRejectionOf(client.assumeRoleWithWebIdentity(input))).toMatchObject({
      code: 'ExpiredTokenException',
      attempts: 1,
    })
    expect(credentials).not.toHaveBeenCalled()
    expect(server.requests).toHaveLength(1)
  })
})

test('an onEvent that throws or rejects breaks nothing', async () => {
  for (const onEvent of [
    () => {
      throw new Error('broken')
    },
    () => Promise.reject(new Error('broken')),
  ]) {
    const { server, client } = await setUp([UNAVAILABLE, GOOD], { onEvent })
    expect(await client.getWebIdentityToken(INPUT)).toMatchObject({ webIdentityToken: TOKEN })
    expect(server.requests).toHaveLength(2)
  }
})

test('every request that onEvent was told of has an end that it is told of', async () => {
  for (const end of ['timeout', 'signal'] as const) {
    const { client, told } = await setUp([['hang']], { timeout: end === 'timeout' ? 100 : 5000 })
    const signal = end === 'signal' ? AbortSignal.timeout(100) : undefined
    await soonRejectionOf(client.getWebIdentityToken(INPUT, { signal }))
    expect(told.slice(1), end).toEqual(['request 1', expect.stringMatching(/^response 1: none/)])
  }
})
