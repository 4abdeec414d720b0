import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { AUDIENCE, ask, BEARER, type Sts, startSts, startWorker, stsError, TOKEN_SECRET } from './stage.ts'

const GOOD = `/token?audience=${AUDIENCE}`

let count = 0
/** A request for a token that nobody has asked for: it is not there yet, and no failure of it is remembered. */
function another(): string {
  count += 1
  return `${GOOD}&tag.count=${count}`
}

let sts: Sts
let worker: LocalWorker
const log: string[] = []

beforeAll(async () => {
  sts = await startSts()
  worker = await startWorker({ AWS_ENDPOINT_URL_STS: sts.url }, (message) => log.push(message))
}, 30_000)

afterAll(async () => {
  await worker.close()
  await sts.close()
})

async function verify(token: string, algorithm = 'ES384') {
  const { issuer } = sts.emulator
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
  return jwtVerify(token, keys, { issuer, algorithms: [algorithm] })
}

describe('a token', () => {
  test('verifies with jose from the issuer’s published keys', async () => {
    const { status, json } = await ask(worker, GOOD)
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['webIdentityToken', 'expiration'])
    const { payload } = await verify(json['webIdentityToken'] ?? '')
    expect(payload).toMatchObject({ aud: AUDIENCE, sub: 'arn:aws:iam::123456789012:role/outbound/worker' })
    expect(Date.parse(json['expiration'] ?? '')).toBeGreaterThan(Date.now())
  })

  test('carries the audiences, tags, duration and algorithm that were asked for', async () => {
    const query =
      '&audience=other%20audience&tag.team=web&tag.empty=&tag.a.b=%C3%A9+%2B&durationSeconds=60&signingAlgorithm=RS256'
    const { json } = await ask(worker, GOOD + query)
    const { payload } = await verify(json['webIdentityToken'] ?? '', 'RS256')
    expect(payload.aud).toEqual([AUDIENCE, 'other audience'])
    expect(payload['https://sts.amazonaws.com/']).toMatchObject({
      request_tags: { team: 'web', empty: '', 'a.b': 'é +' },
    })
    expect(Number(payload.exp) - Number(payload.iat)).toBe(60)
  })

  test('is minted once for all who ask, and another one for who asks for another', async () => {
    const target = another()
    const all = await Promise.all(Array.from({ length: 50 }, () => ask(worker, target)))
    expect(new Set(all.map(({ json }) => json['webIdentityToken'])).size).toBe(1)
    expect((await ask(worker, another())).json).not.toEqual(all[0]?.json)
  })

  test('is not shown to a HEAD request', async () => {
    expect(await ask(worker, GOOD, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })
})

describe('who may ask', () => {
  test.each([
    ['bearer in small letters', `bearer ${TOKEN_SECRET}`],
    ['BEARER and two spaces', `BEARER  ${TOKEN_SECRET}`],
  ])('%s is as good as Bearer', async (_, value) => {
    expect(await ask(worker, GOOD, { headers: ['authorization', value] })).toMatchObject({ status: 200 })
  })

  const base64 = Buffer.from(`user:${TOKEN_SECRET}`).toString('base64')
  test.each<[string, string[]]>([
    ['no header', []],
    ['an empty header', ['Authorization', '']],
    ['the scheme alone', ['Authorization', 'Bearer']],
    ['the secret alone', ['Authorization', TOKEN_SECRET]],
    ['another secret', ['Authorization', `Bearer ${TOKEN_SECRET.replace('the', 'tha')}`]],
    ['the secret in capitals', ['Authorization', `Bearer ${TOKEN_SECRET.toUpperCase()}`]],
    ['a prefix of the secret', ['Authorization', `Bearer ${TOKEN_SECRET.slice(0, -1)}`]],
    ['more than the secret', ['Authorization', `Bearer ${TOKEN_SECRET}x`]],
    ['another scheme', ['Authorization', `Basic ${base64}`]],
    ['the secret with another scheme', ['Authorization', `Token ${TOKEN_SECRET}`]],
    ['the secret twice', [...BEARER, ...BEARER]],
    ['the secret after a wrong one', ['Authorization', 'Bearer wrong', ...BEARER]],
    ['the secret before a wrong one', [...BEARER, 'Authorization', 'Bearer wrong']],
  ])('%s is refused, and told nothing', async (_, headers) => {
    const answer = await ask(worker, GOOD, { headers })
    expect(answer).toMatchObject({ status: 401, json: { error: 'unauthorized' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    // Nor what else would have been wrong.
    for (const [target, method] of [
      ['/token', 'GET'],
      ['/token?audience=https://elsewhere.example&x=y', 'GET'],
      [GOOD, 'DELETE'],
    ] as const) {
      const { status, text } = await ask(worker, target, { headers, method })
      expect({ status, text }).toEqual({ status: 401, text: answer.text })
    }
  })

  test('the secret in the query opens nothing', async () => {
    expect(await ask(worker, `${GOOD}&access_token=${TOKEN_SECRET}`, { headers: [] })).toMatchObject({
      status: 401,
    })
  })
})

describe('what may be asked', () => {
  test.each([
    ['/token', 'audience must hold 1 to 10 audiences'],
    ['/token?audience=', 'audience[0] must have 1 to 1000 characters'],
    [`/token?${`audience=${AUDIENCE}&`.repeat(11)}`, 'audience must hold 1 to 10 audiences'],
    [`${GOOD}&signingAlgorithm=es384`, 'signingAlgorithm must be "RS256" or "ES384"'],
    [`${GOOD}&signingAlgorithm=`, 'signingAlgorithm must be "RS256" or "ES384"'],
    [`${GOOD}&durationSeconds=59`, 'durationSeconds must be a whole number of seconds from 60 to 3600'],
    [`${GOOD}&durationSeconds=60.5`, 'durationSeconds must be a whole number'],
    [`${GOOD}&durationSeconds=0x40`, 'durationSeconds must be a whole number'],
    [`${GOOD}&durationSeconds=`, 'durationSeconds must be a whole number'],
    [`${GOOD}&durationSeconds=60&durationSeconds=60`, 'durationSeconds is given twice'],
    [`${GOOD}&tag.team=a&tag.team=b`, 'tag.team is given twice'],
    [
      `${GOOD}&tag.team=a&tag.Team=b`,
      'tags[1].key must not repeat tags[0].key: keys are compared without regard to case',
    ],
    [`${GOOD}&tag.=a`, 'tags[0].key must have 1 to 128 characters'],
    [`${GOOD}&tag.team=%23`, 'tags[0].value must hold letters, digits, spaces and _.:/=+-@ only'],
    [`${GOOD}&Audience=${AUDIENCE}`, 'Audience is unknown'],
    [`${GOOD}&region=eu-central-1`, 'region is unknown'],
  ])('%s is answered with 400: %s', async (target, message) => {
    const { status, json } = await ask(worker, target)
    expect({ status, json }).toEqual({ status: 400, json: { error: 'invalid_parameter', message } })
  })

  test('tags that make the token too large are the caller’s fault', async () => {
    const tags = Array.from(
      { length: 50 },
      (_, index) => `&tag.${`${index}`.padEnd(128, 'k')}=${'v'.repeat(256)}`,
    )
    const answer = await ask(worker, GOOD + tags.join(''))
    expect(answer).toMatchObject({ status: 400, json: { error: 'token_too_large' } })
  })

  test.each([
    ['another audience', '/token?audience=https://elsewhere.example'],
    ['another audience beside a listed one', `${GOOD}&audience=https://elsewhere.example`],
    [
      'a listed one beside another audience',
      `/token?audience=https://elsewhere.example&audience=${AUDIENCE}`,
    ],
    ['a listed one with a slash more', `${GOOD}/`],
    ['a listed one in capitals', `/token?audience=${AUDIENCE.toUpperCase()}`],
  ])('%s is answered with 403, without the list', async (_, target) => {
    const { status, json, text } = await ask(worker, target)
    expect({ status, error: json['error'] }).toEqual({ status: 403, error: 'audience_not_allowed' })
    expect(text).not.toContain('other audience')
    expect(text).not.toContain(AUDIENCE)
  })

  test.each(['/', '/token/', '/Token', '/token/x', '/favicon.ico'])(
    '%s is answered with 404',
    async (path) => {
      expect(await ask(worker, path)).toMatchObject({ status: 404, json: { error: 'not_found' } })
    },
  )

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is answered with 405', async (method) => {
    const answer = await ask(worker, GOOD, { method })
    expect(answer).toMatchObject({ status: 405, json: { error: 'method_not_allowed' } })
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  })
})

describe('when STS gives no token', () => {
  const WHO = 'User: arn:aws:iam::123456789012:user/developer is not authorized'

  test.each<[string, () => Response]>([
    ['AccessDenied', () => stsError(403, 'AccessDenied', WHO)],
    ['InvalidClientTokenId', () => stsError(403, 'InvalidClientTokenId')],
    ['ExpiredToken', () => stsError(400, 'ExpiredToken')],
    [
      'OutboundWebIdentityFederationDisabledException',
      () => stsError(403, 'OutboundWebIdentityFederationDisabledException'),
    ],
    ['SessionDurationEscalationException', () => stsError(403, 'SessionDurationEscalationException')],
  ])('%s is answered with 502 and the request id, and told to the log alone', async (code, answer) => {
    // For as often as the broker tries: with credentials that were asked for anew, and for shorter tokens.
    for (let attempt = 0; attempt < 12; attempt += 1) sts.next(answer)
    log.length = 0
    const { status, json, text } = await ask(worker, another())
    sts.forget()
    expect({ status, json }).toEqual({
      status: 502,
      json: { error: 'sts_refused', message: 'AWS STS gave no token. Its request id is request-1.' },
    })
    expect(text).not.toContain(code)
    await vi.waitFor(() => expect(log.join()).toContain(code), { timeout: 5_000, interval: 10 })
    for (const secret of ['session-token-of-the-worker', TOKEN_SECRET])
      expect(log.join()).not.toContain(secret)
  })

  test.each<[string, () => Response]>([
    ['a page of HTML', () => new Response('<p>hi</p>', { headers: { 'content-type': 'text/html' } })],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } }),
    ],
    ['XML that is no answer', () => new Response('<a/>', { headers: { 'content-type': 'text/xml' } })],
  ])('%s is answered with 502', async (_, answer) => {
    sts.next(answer)
    expect(await ask(worker, another())).toMatchObject({
      status: 502,
      json: { error: 'sts_refused', message: 'AWS STS gave no token.' },
    })
  })

  test.each<[string, () => Response]>([
    ['Throttling', () => stsError(400, 'Throttling')],
    ['ServiceUnavailable', () => stsError(503, 'ServiceUnavailable')],
    [
      'a proxy’s 502',
      () => new Response('bad gateway', { status: 502, headers: { 'content-type': 'text/plain' } }),
    ],
  ])('%s is answered with 503 and when to try again', async (_, answer) => {
    // For as many attempts as the client makes.
    for (let attempt = 0; attempt < 3; attempt += 1) sts.next(answer)
    const { status, json, headers } = await ask(worker, another())
    sts.forget()
    expect({ status, error: json['error'] }).toEqual({ status: 503, error: 'sts_unavailable' })
    expect(headers.get('retry-after')).toBe('5')
  })
})

// At the same time, because each one waits or starts a Worker of its own.
describe.concurrent('when there is nothing to mint with', { timeout: 30_000 }, () => {
  test('silence is answered with 503 within a few seconds', async () => {
    sts.next(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)))
    const started = performance.now()
    expect(await ask(worker, another())).toMatchObject({ status: 503, json: { error: 'sts_unavailable' } })
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  test.each<[string, Record<string, string | string[] | undefined>]>([
    ['AWS_SECRET_ACCESS_KEY', { AWS_SECRET_ACCESS_KEY: undefined }],
    ['AUDIENCES', { AUDIENCES: [] }],
    ['sealingKeys', { SEALING_KEYS: 'short' }],
    ['SEALING_KEYS', { SEALING_KEYS: undefined }],
    ['region', { AWS_REGION: 'us-east-1/' }],
    ['region', { AWS_REGION: 'aws-global', AWS_ENDPOINT_URL_STS: undefined }],
  ])(
    'a wrong or missing member is answered with 503 and named in the log alone: %s %j',
    async (name, members) => {
      const lines: string[] = []
      const other = await startWorker(members, (line) => lines.push(line))
      try {
        expect(await ask(other, GOOD, { headers: [] })).toMatchObject({ status: 401 })
        const { status, json, text } = await ask(other, GOOD)
        expect({ status, error: json['error'] }).toEqual({ status: 503, error: 'not_configured' })
        expect(text).not.toContain(name)
        await vi.waitFor(() => expect(lines.join()).toContain(name), { timeout: 5_000, interval: 10 })
      } finally {
        await other.close()
      }
    },
  )

  test.each([undefined, 'short'])('nobody gets in while the secret is %j', async (TOKEN_SECRET) => {
    const other = await startWorker({ TOKEN_SECRET })
    try {
      const headers = ['Authorization', `Bearer ${TOKEN_SECRET ?? 'undefined'}`]
      expect(await ask(other, GOOD, { headers })).toMatchObject({
        status: 503,
        json: { error: 'not_configured' },
      })
    } finally {
      await other.close()
    }
  })

  test('malformed credentials are answered with 503, without a word of them', async () => {
    const other = await startWorker({ AWS_SECRET_ACCESS_KEY: 'with a line break\n' })
    try {
      const { status, text } = await ask(other, GOOD)
      expect(status).toBe(503)
      expect(text).not.toContain('secretAccessKey')
    } finally {
      await other.close()
    }
  })

  test('an STS that can’t be reached is answered with 503', async () => {
    const other = await startWorker()
    try {
      expect(await ask(other, GOOD)).toMatchObject({ status: 503, json: { error: 'sts_unavailable' } })
    } finally {
      await other.close()
    }
  })
})
