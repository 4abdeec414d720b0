// The examples of docs/observability.md, run as they stand there: each block is imported from the page.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { type ClientEvent, type OnEvent, StsClient, type StsClientOptions } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from 'miniflare'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { markdownBlocks } from './support/code-blocks.ts'

const root = join(import.meta.dirname, '..')
const page = 'docs/observability.md'
const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const

// Within the project, so that `aws-web-identity` is found through its own `exports`.
let folder = ''
beforeAll(() => {
  mkdirSync(join(root, 'test/.examples'), { recursive: true })
  folder = mkdtempSync(join(root, 'test/.examples/'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function codeOf(kind: string): string {
  const [block, ...others] = markdownBlocks().filter(
    (each) => each.place.startsWith(`${page}:`) && each.kind === kind,
  )
  if (block === undefined || others.length > 0) throw new Error(`There must be one block for ${kind}.`)
  return block.code
}

async function load(kind: string): Promise<unknown> {
  const file = join(folder, `${kind}.ts`)
  writeFileSync(file, codeOf(kind))
  return import(/* @vite-ignore */ file)
}

/** A client of an emulator before which a server stands that is now and then overloaded. */
function makeClient(options: Partial<StsClientOptions> = {}, { overloadedFor = '' } = {}): StsClient {
  const emulator = createEmulator()
  let isOverloaded = true
  return new StsClient({
    region: 'eu-central-1',
    credentials: emulator.credentials,
    async fetch(input, init) {
      if (isOverloaded && overloadedFor !== '' && String(init?.body).includes(overloadedFor)) {
        isOverloaded = false
        return new Response('<p>Busy', { status: 503, headers: { 'content-type': 'text/html' } })
      }
      return emulator.fetch(input, init)
    },
    ...options,
  })
}

test('the table of events names each that comes, and all that it holds', async () => {
  const events: ClientEvent[] = []
  const anHourAhead = createEmulator({ now: () => Date.now() + 3_600_000 })
  const onEvent: OnEvent = (event) => {
    events.push(event)
  }
  await makeClient({ onEvent }, { overloadedFor: 'GetCaller' }).getCallerIdentity()
  await makeClient({
    onEvent,
    fetch: anHourAhead.fetch,
    credentials: anHourAhead.credentials,
  }).getCallerIdentity()
  const held = new Map(
    events.map(({ type, operation, ...facts }) => [type, Object.keys(facts).toSorted()] as const),
  )
  const rows = readFileSync(join(root, page), 'utf8').matchAll(/^\| `(\w+)` +\|[^|]*\|([^|]*)\|$/gm)
  const told = [...rows].map(([, type, members = '']) => [
    type,
    [...members.matchAll(/`(\w+)`/g)].map(([, name]) => name).toSorted(),
  ])
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(held))
  expect(told).toHaveLength(5)
})

test('the console shows operation, type and the rest of each event', async () => {
  // The page's own block: its exports are what it says.
  const { toConsole } = (await load('console')) as { toConsole: OnEvent }
  const log = vi.spyOn(console, 'log').mockReturnValue()
  try {
    await makeClient({ onEvent: toConsole }).getWebIdentityToken(INPUT)
    expect(log.mock.calls).toEqual([
      ['GetWebIdentityToken', 'credentials', expect.objectContaining({ forceRefresh: false })],
      [
        'GetWebIdentityToken',
        'request',
        { attempt: 1, origin: 'https://sts.eu-central-1.amazonaws.com', signingRegion: 'eu-central-1' },
      ],
      ['GetWebIdentityToken', 'response', expect.objectContaining({ attempt: 1, statusCode: 200 })],
    ])
  } finally {
    log.mockRestore()
  }
})

describe('OpenTelemetry', () => {
  const exporter = new InMemorySpanExporter()
  // The page's own block: its exports are what it says.
  const tracing = async () =>
    (await load('opentelemetry')) as {
      inSpan: <Output>(method: string, call: () => Promise<Output>) => Promise<Output>
      toSpan: OnEvent
    }

  beforeAll(() => {
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    )
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  })
  afterAll(() => {
    trace.disable()
    context.disable()
  })
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0.1) // a retry waits for the tenth of its backoff
    exporter.reset()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test("a call is a span with AWS's attributes", async () => {
    const { inSpan, toSpan } = await tracing()
    const sts = makeClient({ onEvent: toSpan })
    const { webIdentityToken } = await inSpan('GetWebIdentityToken', () => sts.getWebIdentityToken(INPUT))
    expect(webIdentityToken).toMatch(/^eyJ/)
    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        name: 'STS/GetWebIdentityToken',
        kind: SpanKind.CLIENT,
        status: { code: SpanStatusCode.UNSET },
        attributes: {
          'rpc.system': 'aws-api',
          'rpc.service': 'STS',
          'rpc.method': 'GetWebIdentityToken',
          'aws.request_id': expect.stringMatching(/^[\da-f-]{36}$/),
          'http.response.status_code': 200,
          'cloud.region': 'eu-central-1',
          'server.address': 'sts.eu-central-1.amazonaws.com',
        },
        events: [{ name: 'credentials' }],
      },
    ])
    expect(JSON.stringify(exporter.getFinishedSpans()[0]?.attributes)).not.toContain('resend_count')
  })

  test('a retry is an event of the span of its own call, though another runs at the same time', async () => {
    const { inSpan, toSpan } = await tracing()
    const sts = makeClient({ onEvent: toSpan }, { overloadedFor: 'Audience.member.1=busy' })
    const mint = (audience: string) =>
      inSpan('GetWebIdentityToken', () => sts.getWebIdentityToken({ ...INPUT, audience: [audience] }))
    await Promise.all([mint('busy'), mint('calm')])
    const spans = exporter.getFinishedSpans().map(({ attributes, events }) => ({
      resent: attributes['http.request.resend_count'],
      status: attributes['http.response.status_code'],
      events: events.map(({ name, attributes }) => [name, attributes]),
    }))
    const credentials = ['credentials', { 'credentials.force_refresh': false }]
    expect(spans).toHaveLength(2)
    expect(spans).toContainEqual({ resent: undefined, status: 200, events: [credentials] })
    expect(spans).toContainEqual({
      resent: 1,
      status: 200,
      events: [
        credentials,
        ['retry', { 'error.type': 'unexpected_content', 'retry.attempt': 1, 'retry.delay_ms': 5 }],
      ],
    })
    const ids = exporter.getFinishedSpans().map(({ attributes }) => attributes['aws.request_id'])
    expect(new Set(ids).size).toBe(2)
  })

  test('a call that fails is a span that failed, with the code, and the error is thrown on', async () => {
    const { inSpan, toSpan } = await tracing()
    const { fetch, credentials } = createEmulator({ federationEnabled: false })
    const sts = makeClient({ onEvent: toSpan, fetch, credentials })
    const minting = inSpan('GetWebIdentityToken', () => sts.getWebIdentityToken(INPUT))
    await expect(minting).rejects.toThrow('OutboundWebIdentityFederation is disabled.')
    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR, message: expect.stringContaining('is disabled') },
        attributes: {
          'error.type': expect.stringMatching(/^OutboundWebIdentityFederationDisabled/),
          'http.response.status_code': 403,
        },
      },
    ])
  })

  test('a call that is aborted is a span that failed, and it ends', async () => {
    const { inSpan, toSpan } = await tracing()
    const sts = makeClient({ onEvent: toSpan, fetch: () => new Promise(() => {}) })
    const controller = new AbortController()
    const calling = inSpan('GetCallerIdentity', () => sts.getCallerIdentity({ signal: controller.signal }))
    controller.abort()
    await expect(calling).rejects.toThrow()
    expect(exporter.getFinishedSpans()).toMatchObject([{ attributes: { 'error.type': 'aborted' } }])
  })
})

test("a Worker's log gets each event as an object", async () => {
  const emulator = createEmulator()
  const { outputFiles } = await build({
    stdin: { contents: codeOf('tail'), loader: 'ts', resolveDir: root },
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    write: false,
  })
  const log: string[] = []
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-09-01',
      bindings: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
      },
      // Miniflare's own Request and Response are other classes than this process's.
      async outboundService(request) {
        const { method, url, headers } = request
        const body = await request.text()
        const answer = await emulator.fetch(new Request(url, { method, headers: [...headers], body }))
        return new WorkerResponse(await answer.text(), {
          status: answer.status,
          headers: [...answer.headers],
        })
      },
      handleStructuredLogs({ message }) {
        log.push(message)
      },
    }),
  )
  try {
    const response = await worker.dispatchFetch('http://localhost/', { headers: { 'cf-ray': '7d1f' } })
    expect(await response.json()).toEqual({ arn: 'arn:aws:iam::123456789012:user/developer' })
    await vi.waitFor(() => expect(log).toHaveLength(3))
  } finally {
    await worker.dispose()
  }
  expect(log[0]).toMatch(/^\{ ?.*ray: '?7d1f'?.*type: '?credentials'?/s)
  expect(log[1]).toMatch(/^\{ ?.*type: '?request'?.*origin: '?https:/s)
  expect(log[2]).toMatch(/^\{ ?.*type: '?response'?.*statusCode: 200/s)
  expect(log.join()).not.toContain(emulator.credentials.secretAccessKey)
})
