import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import {
  AUDIENCE,
  ask,
  BEARER,
  PRINCIPAL,
  policyWith,
  type Sts,
  startSts,
  startWorker,
  stsError,
  TOKEN_SECRET,
} from './stage.ts'

let sts: Sts
let worker: LocalWorker
const log: string[] = []

const policy = policyWith({
  algorithms: ['ES384', 'RS256'],
  maxDurationSeconds: 900,
  tags: { fixed: { stage: 'test' }, fromCaller: { asker: 'caller' }, allowed: ['Team', 'count', 'empty'] },
})

beforeAll(async () => {
  const roles = ['hub', 'outbound'].map((name) => ({ arn: `arn:aws:iam::123456789012:role/${name}` }))
  sts = await startSts({
    principals: [PRINCIPAL, ...roles],
    onRequest: ({ requestId }) => requests.push(requestId),
  })
  const members = { AWS_ENDPOINT_URL_STS: sts.url }
  worker = await startWorker({ policy, members, onLog: (message) => log.push(message) })
}, 30_000)

afterAll(async () => {
  await worker.close()
  await sts.close()
})

/** AWS's ids of what it was asked. */
const requests: string[] = []

let count = 0
/** A token that nobody has asked for: it is not there yet, and no failure of it is remembered. */
function another(): object {
  count += 1
  return { audience: AUDIENCE, tags: [{ key: 'count', value: String(count) }] }
}

async function verify({ webIdentityToken }: Record<string, unknown>, algorithm = 'ES384') {
  const { issuer } = sts.emulator
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
  return jwtVerify(String(webIdentityToken), keys, { issuer, algorithms: [algorithm] })
}

describe('a token', () => {
  test('verifies with jose from the issuer’s published keys', async () => {
    const { status, json } = await ask(worker, '/token', { body: { audience: AUDIENCE } })
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['webIdentityToken', 'expiration', 'issuer'])
    expect(json['issuer']).toBe(sts.emulator.issuer)
    const { payload } = await verify(json)
    expect(payload).toMatchObject({ aud: AUDIENCE, sub: 'arn:aws:iam::123456789012:role/outbound/worker' })
    expect(Math.abs(Date.parse(String(json['expiration'])) - Number(payload.exp) * 1000)).toBeLessThan(1000)
    expect(Number(payload.exp) - Number(payload.iat)).toBe(300)
  })

  test('leads to the request at AWS that minted it, by what the log says of the grant and of the mint', async () => {
    log.length = 0
    const { json } = await ask(worker, '/token', { body: another() })
    const lines = () => log.map((line) => JSON.parse(line))
    await vi.waitFor(() =>
      expect(
        lines()
          .map(({ type }) => type)
          .toSorted(),
      ).toEqual(['audit', 'mint']),
    )
    const [grant, mint] = ['audit', 'mint'].map((type) => lines().find((line) => line.type === type))
    const { payload } = await verify(json)
    expect(grant).toMatchObject({ verdict: 'granted', tokenId: payload.jti })
    const { audience, tags, expiration, upstreamRequestId } = mint
    expect({ audience, tags, expiration }).toEqual({
      audience: grant.audience,
      tags: grant.tags,
      expiration: grant.expiration,
    })
    expect(upstreamRequestId).toBe(requests.at(-1))
    expect(JSON.stringify(mint)).not.toMatch(/eyJ/)
  })

  test('carries the audiences, tags, duration and algorithm that were asked for, and the policy’s tags', async () => {
    const body = {
      audience: ['other audience', AUDIENCE, AUDIENCE],
      signingAlgorithm: 'RS256',
      durationSeconds: 60,
      tags: [
        { key: 'team', value: 'web é+' },
        { key: 'empty', value: '' },
      ],
    }
    const { payload } = await verify((await ask(worker, '/token', { body })).json, 'RS256')
    expect(payload.aud).toEqual([AUDIENCE, 'other audience'])
    expect(payload['https://sts.amazonaws.com/']).toMatchObject({
      request_tags: { Team: 'web é+', empty: '', stage: 'test', asker: 'ci' },
    })
    expect(Number(payload.exp) - Number(payload.iat)).toBe(60)
  })

  test('is minted once for all who ask, in whichever order they name its tags', async () => {
    const tags = [
      { key: 'count', value: 'one' },
      { key: 'team', value: 'web' },
    ]
    const bodies = [
      { audience: AUDIENCE, tags },
      { audience: [AUDIENCE], tags: tags.toReversed(), durationSeconds: 300, signingAlgorithm: 'ES384' },
    ]
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask(worker, '/token', { body: bodies[index % 2] })),
    )
    expect(new Set(all.map(({ json }) => json['webIdentityToken'])).size).toBe(1)
    expect((await ask(worker, '/token', { body: another() })).json).not.toEqual(all[0]?.json)
  })

  test('has as much left as was asked for, up to a quarter', async () => {
    const body = { audience: AUDIENCE, minimumValiditySeconds: 75 }
    expect(await ask(worker, '/token', { body })).toMatchObject({ status: 200 })
    expect(await ask(worker, '/token', { body: { ...body, minimumValiditySeconds: 76 } })).toMatchObject({
      status: 400,
      json: {
        code: 'invalid_parameter',
        parameter: 'minimumValiditySeconds',
        detail: 'minimumValiditySeconds must be at most 75 for such a token',
      },
    })
  })

  test('comes with the id by which the log tells of its request, which may be the caller’s own', async () => {
    log.length = 0
    const headers = ['Authorization', `Bearer ${TOKEN_SECRET}`, 'X-Request-Id', 'the-callers-own-1']
    const answer = await ask(worker, '/token', { headers, body: { audience: AUDIENCE } })
    expect(answer.headers.get('x-request-id')).toBe('the-callers-own-1')
    const ray = [...BEARER, 'Cf-Ray', '8c0ffee00c0ffee0-FRA']
    const ofRay = await ask(worker, '/token', { headers: ray, body: { audience: AUDIENCE } })
    expect(ofRay.headers.get('x-request-id')).toBe('8c0ffee00c0ffee0-FRA')
    await vi.waitFor(() => expect(log.join()).toContain('the-callers-own-1'), { timeout: 5000 })
    for (const bad of ['short', 'with space inside', `${'x'.repeat(65)}`, '<script>alert(1)']) {
      const other = await ask(worker, '/token', {
        headers: ['Authorization', `Bearer ${TOKEN_SECRET}`, 'X-Request-Id', bad],
        body: { audience: AUDIENCE },
      })
      expect(other.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    }
  })
})

describe('what may be asked', () => {
  test.each<[unknown, string]>([
    [{}, 'audience is missing'],
    [{ audience: 1 }, 'audience must be a string, or an array of them'],
    [{ audience: [] }, 'audience must hold 1 to 10 audiences'],
    [{ audience: AUDIENCE, signingAlgorithm: 'es384' }, 'signingAlgorithm must be "RS256" or "ES384"'],
    [{ audience: AUDIENCE, signingAlgorithm: 'none' }, 'signingAlgorithm must be "RS256" or "ES384"'],
    [
      { audience: AUDIENCE, durationSeconds: 59 },
      'durationSeconds must be a whole number of seconds from 60 to 3600',
    ],
    [{ audience: AUDIENCE, durationSeconds: 60.5 }, 'durationSeconds must be a whole number'],
    [{ audience: AUDIENCE, durationSeconds: '60' }, 'durationSeconds must be a whole number'],
    [{ audience: AUDIENCE, durationSeconds: null }, 'durationSeconds must be a whole number'],
    [{ audience: AUDIENCE, minimumValiditySeconds: -1 }, 'minimumValiditySeconds must not be negative'],
    [{ audience: AUDIENCE, tags: { team: 'a' } }, 'tags must be an array'],
    [{ audience: AUDIENCE, tags: ['a'] }, 'tags[0] must be { key, value }'],
    [{ audience: AUDIENCE, tags: [{ key: 'team' }] }, 'tags[0].value is missing'],
    [
      { audience: AUDIENCE, tags: [{ key: '', value: 'a' }] },
      'tags[0].key must be 1 to 128 letters, digits, spaces and _.:/=+-@',
    ],
    [
      { audience: AUDIENCE, tags: [{ key: 'team', value: '#' }] },
      'tags[0].value must be up to 256 letters, digits, spaces and _.:/=+-@',
    ],
    [
      {
        audience: AUDIENCE,
        tags: [
          { key: 'team', value: 'a' },
          { key: 'Team', value: 'b' },
        ],
      },
      'tags must name each key once, without regard to case, as AWS compares them',
    ],
    [{ Audience: AUDIENCE, audience: AUDIENCE }, 'Audience is not known here'],
    [{ audience: AUDIENCE, region: 'eu-central-1' }, 'region is not known here'],
    [{ audience: AUDIENCE, [`${'x'.repeat(1000)}`]: 1 }, `${'x'.repeat(140)} is not known here`],
    ['[]', 'audience is missing'],
    ['"text"', 'the body must be a JSON object'],
    ['null', 'the body must be a JSON object'],
    [`{"audience":"${AUDIENCE}","__proto__":{"durationSeconds":60}}`, '__proto__ is not known here'],
  ])('%j is answered with 400: %s', async (body, detail) => {
    const { status, json } = await ask(worker, '/token', { body })
    expect({ status, code: json['code'], detail: json['detail'] }).toEqual({
      status: 400,
      code: 'invalid_parameter',
      detail,
    })
  })

  test.each<[string, object, string]>([
    ['another audience', { audience: 'https://elsewhere.example' }, 'audience_not_allowed'],
    [
      'another audience beside a listed one',
      { audience: [AUDIENCE, 'https://elsewhere.example'] },
      'audience_not_allowed',
    ],
    ['a listed one with a slash more', { audience: `${AUDIENCE}/` }, 'audience_not_allowed'],
    ['a listed one in capitals', { audience: AUDIENCE.toUpperCase() }, 'audience_not_allowed'],
    ['a longer lifetime', { audience: AUDIENCE, durationSeconds: 901 }, 'duration_not_allowed'],
    [
      'a tag of another key',
      { audience: AUDIENCE, tags: [{ key: 'admin', value: 'yes' }] },
      'tag_not_allowed',
    ],
    [
      'a tag that the policy fixes',
      { audience: AUDIENCE, tags: [{ key: 'Stage', value: 'live' }] },
      'tag_not_allowed',
    ],
    [
      'a tag that says who asks',
      { audience: AUDIENCE, tags: [{ key: 'asker', value: 'root' }] },
      'tag_not_allowed',
    ],
  ])('%s is denied, and told what is allowed', async (_, body, code) => {
    const { status, json } = await ask(worker, '/token', { body })
    expect({ status, code: json['code'], allowed: json['allowed'] }).toEqual({
      status: 403,
      code,
      allowed: {
        audiences: [AUDIENCE, 'other audience'],
        algorithms: ['ES384', 'RS256'],
        maxDurationSeconds: 900,
        tags: ['Team', 'count', 'empty'],
        presets: [],
      },
    })
  })

  test('a tag is denied by its name, for whoever reads the log', async () => {
    log.length = 0
    const body = { audience: AUDIENCE, tags: [{ key: 'admin', value: 'yes' }] }
    const { json } = await ask(worker, '/token', { body })
    expect(json['detail']).toBe('The policy allows you no tag admin of your own.')
    await vi.waitFor(() => expect(JSON.parse(log[0] ?? '{}')).toMatchObject({ why: json['detail'] }))
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
    const { status, json, text } = await ask(worker, '/token', { body: another() })
    sts.forget()
    expect({ status, json }).toMatchObject({
      status: 502,
      json: { code: 'refused', upstreamRequestId: 'request-1' },
    })
    expect(text).not.toContain(code)
    await vi.waitFor(() => expect(log.join()).toContain(code), { timeout: 5_000, interval: 10 })
    expect(log.join()).toContain('"upstreamRequestId":"request-1"')
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
    expect(await ask(worker, '/token', { body: another() })).toMatchObject({
      status: 502,
      json: { code: 'refused' },
    })
  })

  test.each<[string, () => Response, string?]>([
    ['Throttling', () => stsError(400, 'Throttling'), 'request-1'],
    ['ServiceUnavailable', () => stsError(503, 'ServiceUnavailable'), 'request-1'],
    [
      'a proxy’s 502',
      () => new Response('bad gateway', { status: 502, headers: { 'content-type': 'text/plain' } }),
    ],
  ])('%s is answered with 503 and when to try again', async (_, answer, upstreamRequestId) => {
    // For as many attempts as the client makes.
    for (let attempt = 0; attempt < 3; attempt += 1) sts.next(answer)
    const { status, json, headers } = await ask(worker, '/token', { body: another() })
    sts.forget()
    expect({ status, code: json['code'] }).toEqual({ status: 503, code: 'unavailable' })
    expect(headers.get('retry-after')).toBe('5')
    expect(json['upstreamRequestId']).toBe(upstreamRequestId)
  })

  test('tags that make the token too large are the caller’s fault', async () => {
    sts.next(() => stsError(400, 'JWTPayloadSizeExceededException'))
    expect(await ask(worker, '/token', { body: another() })).toMatchObject({
      status: 400,
      json: { code: 'token_too_large', upstreamRequestId: 'request-1' },
    })
  })
})

/** What is seen at the console's address where there can be none. */
async function expectPageForPeople({ url }: LocalWorker, words: string): Promise<void> {
  const response = await fetch(url)
  const text = await response.text()
  expect(response.status).toBe(503)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(text).toContain(words)
  expect(text).toContain(`Request ${response.headers.get('x-request-id')}`)
  expect(text).not.toMatch(/SEALING_KEYS|audiences/)
  expect((await fetch(`${url}/console/style.css`)).status).toBe(200)
}

// At the same time, because each one waits or starts a Worker of its own.
describe.concurrent('when there is nothing to mint with', { timeout: 30_000 }, () => {
  test('silence is answered with 503 within a few seconds', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      sts.next(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)))
    }
    const started = performance.now()
    const answer = await ask(worker, '/token', { body: another() })
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } })
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(performance.now() - started).toBeLessThan(13_000)
  })

  test.each<[string, Record<string, string | undefined>]>([
    ['AWS_SECRET_ACCESS_KEY', { AWS_SECRET_ACCESS_KEY: undefined }],
    ['SEALING_KEYS', { SEALING_KEYS: btoa('33 bytes are one byte too many...') }],
    ['SEALING_KEYS', { SEALING_KEYS: undefined }],
    ['region', { AWS_REGION: 'us-east-1/' }],
    ['region', { AWS_REGION: 'aws-global', AWS_ENDPOINT_URL_STS: undefined }],
    ['roleArn', { AWS_ROLE_ARNS: 'no arn' }],
  ])(
    'a wrong or missing member is answered with 503 and named in the log alone: %s %j',
    async (name, members) => {
      const lines: string[] = []
      const other = await startWorker({ members, onLog: (line) => lines.push(line) })
      try {
        const body = { audience: AUDIENCE }
        expect(await ask(other, '/token', { headers: [], body })).toMatchObject({ status: 401 })
        const { status, json, text } = await ask(other, '/token', { body })
        expect({ status, code: json['code'] }).toEqual({ status: 503, code: 'not_configured' })
        expect(text).not.toContain(name)
        await vi.waitFor(() => expect(lines.join()).toContain(name), { timeout: 5_000, interval: 10 })
        expect(await ask(other, '/readyz')).toMatchObject({ status: 503, json: { code: 'not_ready' } })
        expect(await ask(other, '/healthz')).toMatchObject({ status: 200, json: { status: 'ok' } })
        if (name === 'SEALING_KEYS') {
          expect(await ask(other, '/console/live')).toMatchObject({
            status: 503,
            json: { code: 'not_configured' },
          })
          await expectPageForPeople(other, 'The Worker is not configured. Its log says what is wrong.')
        }
      } finally {
        await other.close()
      }
    },
  )

  test('a wrong policy lets nobody in, and the log names each path and rule', async () => {
    const lines: string[] = []
    const policy = policyWith({ audiences: [''], maxDurationSeconds: 5 }, { unknown: 1 })
    const other = await startWorker({ policy, onLog: (line) => lines.push(line) })
    try {
      const answer = await ask(other, '/token', { body: { audience: AUDIENCE } })
      expect(answer).toMatchObject({ status: 503, json: { code: 'not_configured' } })
      await vi.waitFor(() => expect(lines.join()).toContain('callers[0].audiences[0] must not be empty'))
      expect(lines.join()).toContain(
        'callers[0].maxDurationSeconds must be a whole number of seconds from 60 to 3600',
      )
      expect(lines.join()).toContain('unknown is not known here')
      await expectPageForPeople(other, 'The Worker’s policy is wrong. Its log says what.')
    } finally {
      await other.close()
    }
  })

  test('an STS that can’t be reached is answered with 503', async () => {
    const other = await startWorker()
    try {
      const answer = await ask(other, '/token', { body: { audience: AUDIENCE } })
      expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } })
    } finally {
      await other.close()
    }
  })

  test('the last of a chain of roles mints', async () => {
    const members = {
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_ROLE_ARNS: 'arn:aws:iam::123456789012:role/hub, arn:aws:iam::123456789012:role/outbound',
    }
    const other = await startWorker({ members })
    try {
      const { json } = await ask(other, '/token', { body: { audience: AUDIENCE } })
      const { payload } = await verify(json)
      expect(payload.sub).toBe('arn:aws:iam::123456789012:role/outbound')
    } finally {
      await other.close()
    }
  })
})
