import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Fleet, startFleet } from '../../worker-example/demo/fleet.ts'
import type { AuditLine } from '../../worker-example/ledger/audit-line.ts'
import { packed } from '../../worker-example/ledger/packed.ts'
import {
  AUDIENCE,
  bindingsFor,
  policyWith,
  type Sts,
  sha256,
  startSts,
  stsError,
  TOKEN_SECRET,
} from './stage.ts'

// A queue's consumer, and a data set that can be read.
const sink = `
  import { WorkerEntrypoint } from 'cloudflare:workers'
  const queued = [], points = []
  export class Dataset extends WorkerEntrypoint { writeDataPoint(point) { points.push(point) } }
  export default {
    queue(batch) { queued.push(...batch.messages.map(({ body }) => body)) },
    fetch: () => Response.json({ queued, points }),
  }`

// Another Worker, which asks for as many tokens at once as it is told.
const burst = `
  export default {
    async fetch(request, { TOKENS }) {
      const count = Number(new URL(request.url).searchParams.get('count'))
      const all = Array.from({ length: count }, () => TOKENS.getToken({ audience: '${AUDIENCE}' }))
      return new Response(String((await Promise.all(all)).length))
    },
  }`

const SLOW = 'the-secret-of-somebody-who-asks-slowly'

let sts: Sts
let fleet: Fleet
/** How far STS's clock is ahead, in milliseconds. */
let ahead = 0

beforeAll(async () => {
  sts = await startSts({ now: () => Date.now() + ahead })
  const [ci] = (policyWith({ tags: { allowed: ['count'] } }) as { callers: object[] }).callers
  const slow = {
    name: 'slow',
    secrets: [{ sha256: sha256(SLOW) }],
    audiences: [AUDIENCE],
    requestsPerMinute: 20,
  }
  fleet = await startFleet({
    isolates: 2,
    policy: {
      callers: [
        ci,
        slow,
        { name: 'burst', serviceBinding: 'burst', audiences: [AUDIENCE], requestsPerMinute: 100_000 },
      ],
    },
    callers: { burst: { script: burst, tokens: { TOKENS: { caller: 'burst' } } } },
    bindings: bindingsFor(sts.url),
    sinks: {
      bound: {
        queueProducers: { AUDIT_QUEUE: 'audit' },
        serviceBindings: { AUDIT_DATASET: { name: 'sink', entrypoint: 'Dataset' } },
      },
      workers: [
        {
          name: 'sink',
          modules: true,
          script: sink,
          compatibilityDate: '2026-07-01',
          queueConsumers: { audit: { maxBatchTimeout: 0.1 } },
        },
      ],
    },
  })
}, 60_000)

afterAll(async () => {
  await fleet.close()
  await sts.close()
})

function asking(body: object, { secret = TOKEN_SECRET, isolate = 0 } = {}) {
  return fleet.fetch(isolate, '/token', {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

const snapshot = async () => (await fleet.ledger()).snapshot()

let count = 0
function another(): { audience: string; tags: object[] } {
  count += 1
  return { audience: AUDIENCE, tags: [{ key: 'count', value: String(count) }] }
}

/** Sooner or later, as the ledger is told about once a second. */
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 100 })

describe('the ledger', { timeout: 20_000 }, () => {
  test('shows each token that lives, and how often it was asked for, in whichever isolate', async () => {
    const body = another()
    const all = await Promise.all([0, 1, 0, 1, 0].map((isolate) => asking(body, { isolate })))
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    await soon(async () => {
      const { tokens, now } = await snapshot()
      const token = tokens.find(({ tags }) => tags[0]?.value === String(count))
      expect(token).toEqual({
        kind: 'token',
        audience: [AUDIENCE],
        signingAlgorithm: 'ES384',
        durationSeconds: 300,
        tags: body.tags,
        issuer: sts.emulator.issuer,
        mintedAt: expect.any(Number),
        expiresAt: expect.any(Number),
        mints: 1,
        asked: 5,
        askedAt: expect.any(Number),
      })
      expect(token?.expiresAt).toBeGreaterThan(now)
      expect(token?.mintedAt).toBeLessThanOrEqual(now)
    })
    expect(JSON.stringify(await snapshot())).not.toMatch(/eyJ[\w-]+\./)
  })

  test('shows grants and denials, the newest first, with the reason that the caller was not told', async () => {
    const granted = await asking(another())
    const denied = await asking({ audience: 'https://elsewhere.example', durationSeconds: 3600 })
    const many = await asking({ audience: [...Array(12).fill('a'), 'b'] })
    const long = await asking({ audience: 'x'.repeat(5000) })
    const unknown = await asking(another(), { secret: 'wrong' })
    await soon(async () => {
      const { decisions } = await snapshot()
      const lineOf = ({ headers }: { headers: { get(name: string): string | null } }) =>
        decisions.find(({ requestId }) => requestId === headers.get('x-request-id'))
      expect(lineOf(granted)).toMatchObject({
        verdict: 'granted',
        caller: 'ci',
        // By its first digits the log tells which secret it was.
        identity: sha256(TOKEN_SECRET).slice(0, 8),
        tokenId: expect.any(String),
      })
      expect(lineOf(denied)).toMatchObject({
        verdict: 'denied',
        caller: 'ci',
        code: 'audience_not_allowed',
        audience: ['https://elsewhere.example'],
        durationSeconds: 3600,
      })
      expect(lineOf(many)?.audience).toEqual(Array(10).fill('a'))
      expect(lineOf(long)?.audience).toEqual(['x'.repeat(140)])
      expect(lineOf(unknown)).toMatchObject({
        verdict: 'denied',
        code: 'unauthorized',
        why: 'the secret is nobody’s, or has run out',
        address: 'unknown',
      })
      expect(lineOf(unknown)).not.toHaveProperty('caller')
      const times = decisions.map(({ at }) => at)
      expect(times).toEqual(times.toSorted((one, other) => other - one))
    })
  })

  test('shows that STS was asked again, and how far the Worker’s clock is off', async () => {
    ahead = 3_600_000
    sts.next(() => stsError(503, 'ServiceUnavailable'))
    expect((await asking(another())).status).toBe(200)
    await soon(async () => {
      const { retries, clockOffset } = (await snapshot()).sts
      expect(retries).toBeGreaterThan(0)
      expect(Math.abs(Number(clockOffset) - ahead)).toBeLessThan(5000)
    })
    ahead = 0
  })

  test('shows how STS does: what failed last with the remedy, until it succeeds again', async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      sts.next(() => stsError(403, 'OutboundWebIdentityFederationDisabledException'))
    }
    const failed = await asking(another())
    expect(failed.status).toBe(502)
    sts.forget()
    await soon(async () => {
      const { decisions, sts } = await snapshot()
      const { failure, attempts, failures, recent, successAt } = sts
      const line = decisions.find(({ requestId }) => requestId === failed.headers.get('x-request-id'))
      // It was no denial.
      expect(line).toMatchObject({ verdict: 'failed', code: 'refused', upstreamRequestId: 'request-1' })
      expect(failure).toMatchObject({
        code: 'OutboundWebIdentityFederationDisabledException',
        message: expect.stringContaining('Switch it on'),
        remedy: expect.stringContaining('Switch it on'),
        requestId: 'request-1',
      })
      expect(failure?.at).toBeGreaterThan(successAt ?? 0)
      expect(attempts).toBeGreaterThan(failures)
      expect(recent.filter(({ hasFailed }) => hasFailed)).toHaveLength(failures)
      expect(recent).toHaveLength(attempts)
    })
    await asking(another())
    await soon(async () => {
      const { failure, successAt } = (await snapshot()).sts
      expect(successAt).toBeGreaterThan(failure?.at ?? Number.POSITIVE_INFINITY)
    })
  })
})

describe('the ledger, whatever callers write,', () => {
  const tagged = (index: number, at = Date.now()) => ({
    keptFor: {
      audience: [AUDIENCE],
      signingAlgorithm: 'ES384' as const,
      durationSeconds: 300,
      tags: Array.from({ length: 40 }, (_, tag) => ({
        key: `tag-${tag}`,
        value: `${index} ${'—'.repeat(250)}`,
      })),
    },
    expiresAt: at + 300_000,
    count: 1,
    at,
  })

  test('can be read by the console: an RPC carries 32 MiB', { timeout: 30_000 }, async () => {
    const ledger = await fleet.ledger()
    const requestId = (index: number) => `request-large-${index}`
    for (let batch = 0; batch < 20; batch += 1) {
      const indexes = Array.from({ length: 60 }, (_, index) => batch * 60 + index)
      await ledger.record({
        lines: indexes.map((index) => ({
          at: Date.now() + 10_000 + index,
          requestId: requestId(index),
          action: 'token',
          verdict: 'granted',
          caller: 'ci',
          tags: tagged(index).keptFor.tags,
        })),
        given: indexes.map((index) => tagged(index)),
        requests: {},
        toldAt: Date.now(),
      })
    }
    const { decisions, tokens } = await ledger.snapshot()
    expect(decisions[0]?.requestId).toBe(requestId(1199))
    expect(tokens.some(({ tags }) => tags[0]?.value.startsWith('1199 '))).toBe(true)
    expect(JSON.stringify({ decisions, tokens }).length).toBeLessThan(8_000_000)
  })

  test('does not grow while nobody looks at the console', async () => {
    const ledger = await fleet.ledger()
    const long = Date.now() - 50_000_000
    const small = (index: number) => ({
      ...tagged(index, Date.now()),
      keptFor: { ...tagged(index).keptFor, tags: [{ key: 'count', value: `small-${index}` }] },
    })
    await ledger.record({
      lines: [],
      requests: {},
      toldAt: Date.now(),
      given: [{ ...small(0), at: long, expiresAt: long }],
    })
    for (let batch = 1; batch <= 6; batch += 1) {
      const given = Array.from({ length: 100 }, (_, index) => small(batch * 100 + index))
      await ledger.record({ lines: [], requests: {}, toldAt: Date.now(), given })
    }
    // One that was dropped is counted anew.
    await ledger.record({ lines: [], requests: {}, toldAt: Date.now(), given: [small(0)] })
    const { tokens } = await ledger.snapshot()
    expect(tokens).toHaveLength(500)
    expect(tokens.find(({ tags }) => tags[0]?.value === 'small-0')).toMatchObject({ asked: 1 })
  })

  test.for(['a', '\u2028', '\ud800'])(
    'keeps rows and messages as small as the platform takes them: %j',
    (text) => {
      const lines = Array.from({ length: 1000 }, (_, index) => ({ index, text: text.repeat(index) }))
      const packs = packed(lines, { items: 100, characters: 80_000 })
      expect(packs.flat()).toEqual(lines)
      for (const pack of packs) {
        expect(pack.length).toBeLessThanOrEqual(100)
        expect(Buffer.byteLength(JSON.stringify(pack))).toBeLessThan(256_000)
      }
      expect(packed(['x'.repeat(90_000)], { items: 100, characters: 80_000 })).toHaveLength(1)
      expect(packed([], { items: 100, characters: 80_000 })).toEqual([])
    },
  )

  test('lets no stranger push out who came into the console', async () => {
    const ledger = await fleet.ledger()
    const line = { at: Date.now() + 20_000, action: 'sign-in', address: '203.0.113.7' } as const
    await ledger.record({
      lines: [
        { ...line, requestId: 'request-came-in', verdict: 'granted', via: 'secret', identity: 'a1b2c3d4…' },
        ...Array.from({ length: 250 }, (_, index) => ({
          ...line,
          requestId: `request-knock-${index}`,
          verdict: 'denied' as const,
        })),
      ],
      given: [],
      requests: {},
      toldAt: Date.now(),
    })
    const { decisions } = await ledger.snapshot()
    expect(decisions.map(({ requestId }) => requestId)).toContain('request-came-in')
    expect(decisions.filter(({ requestId }) => requestId.startsWith('request-knock'))).toHaveLength(200)
  })
})

describe('the audit', { timeout: 20_000 }, () => {
  test('comes to a queue and to Analytics Engine, without a token', async () => {
    const answer = await asking({ audience: AUDIENCE })
    const requestId = answer.headers.get('x-request-id')
    const { webIdentityToken } = (await answer.json()) as Record<string, string>
    await soon(async () => {
      const text = await fleet.ask('sink', '/')
      const { queued, points } = JSON.parse(text)
      expect(queued.find((line: AuditLine) => line.requestId === requestId)).toMatchObject({
        verdict: 'granted',
        caller: 'ci',
        audience: [AUDIENCE],
      })
      const point = points.find(({ blobs }: { blobs: string[] }) => blobs.includes(String(requestId)))
      expect(point).toMatchObject({ indexes: ['ci'], doubles: [300, expect.any(Number)] })
      const [tokenId, identity] = [decodeJwt(webIdentityToken ?? '').jti, sha256(TOKEN_SECRET).slice(0, 8)]
      expect(point.blobs).toEqual([
        ...['granted', 'token', '', 'secret', AUDIENCE, '', 'ES384'],
        ...[requestId, tokenId, identity, ''],
      ])
      expect(text).not.toContain(webIdentityToken?.split('.')[2])
    })
  })

  test('loses no line of a burst that is more than the console keeps', async () => {
    expect(await fleet.ask('burst', '/?count=1500')).toBe('1500')
    await soon(async () => {
      const { queued } = JSON.parse(await fleet.ask('sink', '/'))
      expect(queued.filter(({ caller }: AuditLine) => caller === 'burst')).toHaveLength(1500)
    })
  })
})

describe('how often a caller may ask', { timeout: 40_000 }, () => {
  test('is counted in all isolates together', async () => {
    const ask = (isolate: number) => asking({ audience: AUDIENCE }, { secret: SLOW, isolate })
    // Not at the end of a minute, where counting begins anew.
    const left = 60_000 - (Date.now() % 60_000)
    if (left < 8000) await new Promise((resolve) => setTimeout(resolve, left))
    const first = await Promise.all(Array.from({ length: 25 }, () => ask(0)))
    expect(first.filter(({ status }) => status === 200)).toHaveLength(20)
    const refused = first.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(5)
    // Until the minute ends.
    const rest = (60_000 - (Date.now() % 60_000)) / 1000
    expect(Math.abs(Number(refused[0]?.headers.get('retry-after')) - rest)).toBeLessThan(5)
    // The other isolate learns it with its first batch.
    await ask(1)
    await soon(async () => expect((await ask(1)).status).toBe(429))
    await soon(async () => {
      const told = (await snapshot()).decisions.filter(
        ({ caller, code }) => caller === 'slow' && code !== undefined,
      )
      // Once in each isolate, and not for each of them.
      expect(told.map(({ code }) => code)).toEqual(['too_many_requests', 'too_many_requests'])
    })
    expect((await asking({ audience: AUDIENCE })).status).toBe(200)
  })
})
