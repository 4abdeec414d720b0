import { timingSafeEqual } from 'node:crypto'
import { connect } from 'node:net'
import { StsClient } from 'aws-web-identity'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { secretOf } from '../../worker-example/callers/secret.ts'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { addressOf } from '../../worker-example/http/address.ts'
import {
  AUDIENCE,
  ask,
  BEARER,
  policyWith,
  type Sts,
  sha256,
  startSts,
  startWorker,
  TOKEN_SECRET,
  WORKLOAD,
  withinOneMinute,
} from './stage.ts'

declare global {
  interface SubtleCrypto {
    /** What workerd has besides. */
    timingSafeEqual(one: ArrayBufferView, other: ArrayBufferView): boolean
  }
}

const BROKER = 'https://tokens.example.com'

let sts: Sts
let worker: LocalWorker
const log: string[] = []
/** How far AWS's clock is off, in milliseconds. */
let sinceThen = 0

beforeAll(async () => {
  sts = await startSts({ now: () => Date.now() + sinceThen })
  const [ci] = (policyWith({ tags: { allowed: ['note'] } }) as { callers: object[] }).callers
  const policy = {
    webIdentity: { audience: BROKER, issuer: [sts.emulator.issuer] },
    callers: [ci, { name: 'nightly', subjects: [WORKLOAD.arn], audiences: [AUDIENCE] }],
  }
  worker = await startWorker({
    policy,
    members: { AWS_ENDPOINT_URL_STS: sts.url },
    onLog: (message) => log.push(message),
  })
}, 30_000)

afterAll(async () => {
  await worker.close()
  await sts.close()
})

describe('a body', () => {
  const asked = JSON.stringify({ audience: AUDIENCE })

  test('of 16 KiB is read, and one byte more is not', async () => {
    expect(await ask(worker, '/token', { body: asked.padEnd(16_384) })).toMatchObject({ status: 200 })
    expect(await ask(worker, '/token', { body: asked.padEnd(16_385) })).toMatchObject({
      status: 413,
      json: { code: 'content_too_large' },
    })
  })

  test('that does not say how long it is is read no further than that', async () => {
    const { hostname, port } = new URL(worker.url)
    const socket = connect(Number(port), hostname)
    const chunk = `1000\r\n${' '.repeat(4096)}\r\n`
    const head = `POST /token HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${TOKEN_SECRET}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      socket.on('data', (data) => {
        text += data.toString()
        if (text.includes('}')) resolve(text)
      })
      socket.on('error', reject)
      // It never ends.
      socket.write(head + chunk.repeat(5))
    })
    socket.destroy()
    expect(answer).toContain('HTTP/1.1 413')
  })

  test.each<[string, string, string]>([
    ['/token', 'application/json', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"aud\r\n'],
    ['/token', 'application/json', 'Content-Length: 100\r\n\r\n{"aud'],
    ['/console/sign-in', 'application/x-www-form-urlencoded', 'Content-Length: 100\r\n\r\nsecret'],
  ])('that stops coming is not waited for: %s %s %j', { timeout: 15_000 }, async (path, type, rest) => {
    const { hostname, port, host, origin } = new URL(worker.url)
    const socket = connect(Number(port), hostname)
    const answer = await new Promise<string>((resolve, reject) => {
      socket.on('data', (data) => resolve(data.toString()))
      socket.on('error', reject)
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nAuthorization: Bearer ${TOKEN_SECRET}\r\nContent-Type: ${type}\r\n${rest}`,
      )
    })
    socket.destroy()
    expect(answer).toContain('HTTP/1.1 408')
  })

  test.each(['Transfer-Encoding: chunked\r\n\r\n5\r\n{"aud\r\n', 'Content-Length: 100\r\n\r\n{"aud'])(
    'whose sender goes away in the middle of it is the sender’s fault: %j',
    async (rest) => {
      log.length = 0
      const { hostname, port, host } = new URL(worker.url)
      const socket = connect(Number(port), hostname)
      const head = `POST /token HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${TOKEN_SECRET}\r\nContent-Type: application/json\r\n`
      socket.write(head + rest)
      // By then the Worker waits for the rest, which nothing tells: wrangler’s own server stands between.
      await new Promise((resolve) => setTimeout(resolve, 200))
      socket.resetAndDestroy()
      await vi.waitFor(() => expect(log).not.toEqual([]), { timeout: 4000, interval: 50 })
      expect(log.map((line) => JSON.parse(line))).toMatchObject([
        { caller: 'ci', verdict: 'failed', code: 'client_closed_request' },
      ])
    },
  )

  test('that is none of a caller who is known is told to the audit, and counted', async () => {
    for (const [body, type, code] of [
      ['{', 'application/json', 'invalid_json'],
      [asked, 'text/plain', 'unsupported_media_type'],
      [asked.padEnd(16_385), 'application/json', 'content_too_large'],
    ] as const) {
      log.length = 0
      await ask(worker, '/token', { body, type: ['Content-Type', type] })
      expect(log.map((line) => JSON.parse(line))).toMatchObject([{ caller: 'ci', verdict: 'denied', code }])
    }
  })

  test.each<[string, unknown, number, string]>([
    ['nothing', '', 400, 'invalid_json'],
    ['half of JSON', '{"audience":', 400, 'invalid_json'],
    ['two of them', `${asked}${asked}`, 400, 'invalid_json'],
    ['8,000 arrays in each other', `${'['.repeat(8000)}${']'.repeat(8000)}`, 400, 'invalid_parameter'],
    ['8,000 brackets that nobody closes', '['.repeat(8000), 400, 'invalid_json'],
    [
      '1,100 objects in each other',
      `${'{"audience":'.repeat(1100)}1${'}'.repeat(1100)}`,
      400,
      'invalid_parameter',
    ],
    ['1,000 audiences', { audience: Array(1000).fill('a') }, 403, 'audience_not_allowed'],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 400, 'invalid_encoding'],
    ['a lone surrogate', `{"audience":"\\ud800"}`, 403, 'audience_not_allowed'],
    ['a form', 'audience=a', 400, 'invalid_json'],
  ])('of %s is refused', async (_, body, status, code) => {
    expect(await ask(worker, '/token', { body })).toMatchObject({ status, json: { code } })
  })

  test.each<[string, string[]]>([
    ['no type', []],
    ['text/plain', ['Content-Type', 'text/plain']],
    ['a form, as a page of another origin can send', ['Content-Type', 'application/x-www-form-urlencoded']],
    ['several parts', ['Content-Type', 'multipart/form-data; boundary=x']],
    ['JSON in another family', ['Content-Type', 'text/json']],
    ['two types', ['Content-Type', 'text/plain, application/json']],
  ])('with %s is refused', async (_, type) => {
    const answer = await ask(worker, '/token', { body: asked, type })
    expect(answer).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } })
    expect(answer.headers.get('accept')).toBe('application/json')
  })

  test.each(['Application/JSON; charset=utf-8', 'application/json ;charset=utf-8'])(
    'as %s is read',
    async (type) => {
      const answer = await ask(worker, '/token', { body: asked, type: ['Content-Type', type] })
      expect(answer).toMatchObject({ status: 200 })
    },
  )
})

describe('what is written into a member', () => {
  test.each([
    ['a new header', 'a\r\nX-Injected: yes'],
    ['a script', '<script>alert(1)</script>'],
    ['a mark that turns the text round', '\u202eevil'],
    ['a NUL', 'a\u0000b'],
    ['1,000 characters', 'x'.repeat(1000)],
  ])('%s comes to nobody', async (_, text) => {
    log.length = 0
    for (const body of [
      { audience: text },
      { audience: AUDIENCE, tags: [{ key: text, value: 'a' }] },
      { audience: AUDIENCE, tags: [{ key: 'note', value: text }] },
      { audience: AUDIENCE, [text]: 1 },
      { audience: AUDIENCE, signingAlgorithm: text },
    ]) {
      const answer = await ask(worker, '/token', { body })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      expect(answer.headers.get('x-injected')).toBeNull()
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
    // A line of the log stays a line.
    await vi.waitFor(() => expect(log).toHaveLength(5))
    for (const line of log) expect(JSON.parse(line)).toMatchObject({ type: 'audit', verdict: 'denied' })
  })
})

test('an audience that nobody may have is told by its beginning: no line grows with what a caller writes', async () => {
  log.length = 0
  for (const audience of ['x'.repeat(16_000), Array(2000).fill('\u2028x')]) {
    expect(await ask(worker, '/token', { body: { audience } })).toMatchObject({ status: 403 })
  }
  const told = log.map((line) => JSON.parse(line).audience)
  expect(told).toEqual([['x'.repeat(140)], Array(10).fill('\u2028x')])
})

describe('a guess', () => {
  test('costs the same comparisons of hashes, however much of it is right', async () => {
    const compared: [number, number][] = []
    // What workerd has and Node has not, and what is compared here: digests alone, all of them, in whatever order.
    vi.stubGlobal('crypto', {
      subtle: {
        digest: crypto.subtle.digest.bind(crypto.subtle),
        timingSafeEqual(one: Uint8Array, other: Uint8Array) {
          compared.push([one.length, other.length])
          return timingSafeEqual(one, other)
        },
      },
    })
    const all = ['a', 'b', 'c'].map((secret) => ({ sha256: sha256(secret) }))
    const found = await Promise.all(['a', 'b', 'c', 'ab', ''].map((shown) => secretOf(all, shown, 0)))
    vi.unstubAllGlobals()
    expect(found).toEqual([...all, undefined, undefined])
    expect(compared).toEqual(Array(15).fill([32, 32]))
  })

  test.each([
    ['2001:db8::1', '2001:db8::ffff:1'],
    ['2001:db8::1:2:3:4', '2001:db8:0:0:5::'],
    ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6'],
    ['::1', '::ffff:ffff'],
  ])('from %s is counted with one from %s, of the same /64', (one, other) => {
    const from = (address: string) =>
      addressOf(new Request(BROKER, { headers: { 'Cf-Connecting-Ip': address } }))
    expect(from(one)).toBe(from(other))
    expect(from(one)).not.toBe(from('2001:db8:0:1::1'))
    expect(from('203.0.113.9')).not.toBe(from('203.0.113.10'))
  })

  test('can be made so many times from an address, and then no more is told; what is right still opens', async () => {
    const body = { audience: AUDIENCE }
    let address: string[] = []
    await withinOneMinute(async (attempt) => {
      address = ['Cf-Connecting-Ip', `203.0.113.${attempt}`]
      const headers = ['Authorization', 'Bearer wrong', ...address]
      const wave = Array.from({ length: 70 }, () => ask(worker, '/token', { headers, body }))
      const statuses = (await Promise.all(wave)).map(({ status }) => status)
      expect(statuses.filter((status) => status === 401)).toHaveLength(60)
      expect(statuses.filter((status) => status === 429)).toHaveLength(10)
      log.length = 0
      const refused = await ask(worker, '/token', { headers, body })
      expect(refused).toMatchObject({ status: 429, json: { code: 'too_many_requests' } })
      expect(refused.headers.get('retry-after')).toBe('60')
      expect(log).toEqual([])
    })
    // Whoever is known is not held up by others at the same address, nor is whoever asks whether it is well.
    const known = [...BEARER, ...address]
    expect(await ask(worker, '/token', { headers: known, body })).toMatchObject({ status: 200 })
    expect(await ask(worker, '/readyz', { headers: address })).toMatchObject({ status: 200 })
  })

  test('of one household counts as one, whichever of its IPv6 addresses it comes from', async () => {
    const body = { audience: AUDIENCE }
    await withinOneMinute(async (attempt) => {
      const wave = Array.from({ length: 61 }, (_, index) => {
        const address = `2001:db8:${attempt}:2::${index}`
        const headers = ['Authorization', 'Bearer wrong', 'Cf-Connecting-Ip', address]
        return ask(worker, '/token', { headers, body })
      })
      expect((await Promise.all(wave)).map(({ status }) => status)).toContain(429)
      const headers = ['Authorization', 'Bearer wrong', 'Cf-Connecting-Ip', `2001:db8:${attempt}:3::1`]
      expect(await ask(worker, '/token', { headers, body })).toMatchObject({ status: 401 })
    })
  })

  test('of whether it is well can be made so many times from an address', async () => {
    await withinOneMinute(async (attempt) => {
      const headers = ['Cf-Connecting-Ip', `203.0.113.${10 + attempt}`]
      const wave = Array.from({ length: 70 }, () => ask(worker, '/readyz', { headers }))
      const statuses = (await Promise.all(wave)).map(({ status }) => status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(60)
      expect(statuses.filter((status) => status === 429)).toHaveLength(10)
    })
  })

  test('at /access-token is told as one at /access-token', async () => {
    log.length = 0
    await ask(worker, '/access-token', {
      headers: ['Authorization', 'Bearer wrong'],
      body: { preset: 'openai' },
    })
    await vi.waitFor(() => expect(log).toHaveLength(1))
    expect(JSON.parse(log[0] ?? '')).toMatchObject({ action: 'access-token', verdict: 'denied' })
  })
})

describe('a cache', () => {
  test('is told to keep nothing, whatever the request says', async () => {
    const headers = [
      ...BEARER,
      'If-None-Match',
      '*',
      'Range',
      'bytes=0-10',
      'X-Forwarded-Host',
      'evil.example',
    ]
    const answer = await ask(worker, '/token?cb=1', { headers, body: { audience: AUDIENCE } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('etag')).toBeNull()
    expect(answer.text).not.toContain('evil.example')
  })
})

test('a JWT of Cloudflare Access opens nothing where the policy has no application', async () => {
  const headers = [
    'Cf-Access-Jwt-Assertion',
    'eyJhbGciOiJSUzI1NiJ9.eyJlbWFpbCI6ImFubkBleGFtcGxlLmNvbSJ9.AAAA',
  ]
  expect(await ask(worker, '/token', { headers, body: { audience: AUDIENCE } })).toMatchObject({
    status: 401,
    json: { code: 'unauthorized' },
  })
})

describe('a caller’s own token', () => {
  test('that has run out opens nothing, though it opened before', async () => {
    const mint = async () => {
      const client = new StsClient({ region: 'us-east-1', endpoint: sts.url, credentials: WORKLOAD })
      const asked = { audience: [BROKER], signingAlgorithm: 'RS256', durationSeconds: 60 } as const
      return (await client.getWebIdentityToken(asked)).webIdentityToken
    }
    const body = { audience: AUDIENCE }
    const headers = ['Authorization', `Bearer ${await mint()}`]
    expect(await ask(worker, '/token', { headers, body })).toMatchObject({ status: 200 })
    sinceThen = -61_000
    const aged = await mint()
    sinceThen = 0
    expect(await ask(worker, '/token', { headers: ['Authorization', `Bearer ${aged}`], body })).toMatchObject(
      {
        status: 401,
        json: { detail: 'The web identity token is not good here: expired.' },
      },
    )
  })
})
