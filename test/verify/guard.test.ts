// The guard's answers: RFC 6750.

import { beforeAll, describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { requireWebIdentity, type Verifier, type WebIdentity } from '../../src/verify/index.ts'
import { goodClaims, localVerifier, now, sign, stage } from './support.ts'

let verifier: Verifier
let token = ''
beforeAll(async () => {
  verifier = await localVerifier()
  token = await sign()
})

const URL_ = 'https://api.example.com/x'
const bearing = (authorization: string) => new Request(URL_, { headers: { authorization } })
const greet = (_: Request, { arn }: WebIdentity) => new Response(arn.name)

async function answerTo(request: Request, guard = requireWebIdentity(verifier, greet)) {
  const response = await guard(request)
  const { status, headers } = response
  return { status, challenge: headers.get('www-authenticate'), headers, body: await response.text() }
}

test.each(['Bearer', 'bearer', 'BEARER', 'Bearer '])(
  'a good token behind "%s" reaches the handler',
  async (scheme) => {
    expect(await answerTo(bearing(`${scheme} ${token}`))).toMatchObject({ status: 200, body: 'worker' })
  },
)

test('the handler gets the request, the identity and whatever the platform passes', async () => {
  const seen: unknown[] = []
  const guard = requireWebIdentity(
    verifier,
    (request: Request, identity, env: { a: number }, ctx: string) => {
      seen.push(request, identity.accountId, env, ctx)
      return new Response()
    },
  )
  const request = bearing(`Bearer ${token}`)
  await guard(request, { a: 1 }, 'ctx')
  expect(seen).toEqual([request, '123456789012', { a: 1 }, 'ctx'])
})

describe('refused', () => {
  test.each([
    ['no header', undefined],
    ['another scheme', 'Basic YTpi'],
    ['a scheme that begins like ours', 'BearerX y'],
  ])('%s: 401, and no error code', async (_, authorization) => {
    const request = authorization === undefined ? new Request(URL_) : bearing(authorization)
    expect(await answerTo(request)).toMatchObject({ status: 401, challenge: 'Bearer', body: '' })
  })

  test('a token in the query string: as if there were none', async () => {
    expect(await answerTo(new Request(`${URL_}?access_token=${token}`))).toMatchObject({ status: 401 })
  })

  test('two Authorization headers, one token or none: 400 invalid_request', async () => {
    const headers = new Headers([
      ['authorization', `Bearer ${token}`],
      ['authorization', `Bearer ${token}`],
    ])
    for (const request of [
      new Request(URL_, { headers }),
      bearing('Bearer'),
      bearing(`Bearer ${token},x`),
      bearing(`Bearer ${token} x`),
    ]) {
      const answer = await answerTo(request)
      expect(answer).toMatchObject({
        status: 400,
        challenge: expect.stringMatching(/^Bearer error="invalid_request"/),
      })
    }
  })

  test('a token that is over: 401 invalid_token, with a word for the client', async () => {
    const over = await sign(goodClaims({ iat: now / 1000 - 600.279, exp: now / 1000 - 300.279 }))
    const answer = await answerTo(bearing(`Bearer ${over}`))
    expect(answer).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token", error_description="The token has expired"',
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(JSON.parse(answer.body)).toEqual({
      error: 'invalid_token',
      error_description: 'The token has expired',
    })
  })

  test('a token of somebody else: 401, and no word about who would have been accepted', async () => {
    const guard = requireWebIdentity(await localVerifier({ account: '999999999999' }), greet, {
      realm: 'api',
    })
    const answer = await answerTo(bearing(`Bearer ${token}`), guard)
    expect(answer.status).toBe(401)
    expect(answer.challenge).toBe(
      'Bearer realm="api", error="invalid_token", error_description="The token is not accepted"',
    )
    expect(JSON.stringify([answer.body, ...answer.headers])).not.toContain('999999999999')
  })

  test('keys that cannot be had: 503 with Retry-After, never 401', async () => {
    const { verifier: offline } = stage({ fetch: () => Promise.reject(new TypeError('fetch failed')) })
    const answer = await answerTo(bearing(`Bearer ${token}`), requireWebIdentity(offline, greet))
    expect([answer.status, answer.headers.get('retry-after'), answer.challenge]).toEqual([503, '5', null])
    expect(answer.body).not.toContain('fetch failed')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('not for a failure of the verifier that is no refusal: that is the platform’s business', async () => {
    const failing = { verify: () => Promise.reject(new TypeError('a bug')), prefetch: async () => {} }
    const guard = requireWebIdentity(failing, greet)
    await expect(guard(bearing(`Bearer ${token}`))).rejects.toThrow('a bug')
  })
})

describe('authorize', () => {
  const guard = (authorize: (identity: WebIdentity, request: Request) => boolean | Promise<boolean>) =>
    requireWebIdentity(verifier, greet, { authorize })

  test('is asked with the identity and the request, and lets through', async () => {
    const answer = await answerTo(
      bearing(`Bearer ${token}`),
      guard(async ({ sourceRegion }, { url }) => sourceRegion === 'eu-central-1' && url === URL_),
    )
    expect(answer.status).toBe(200)
  })

  test.each([false, undefined, 1, 'yes'])('that answers %s: 403 insufficient_scope', async (said) => {
    const answer = await answerTo(
      bearing(`Bearer ${token}`),
      guard(() => said as boolean),
    )
    expect(answer).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('error="insufficient_scope"'),
    })
  })

  test('that throws, or a handler that does: the platform’s business', async () => {
    const failing = guard(() => Promise.reject(new Error('no database')))
    await expect(failing(bearing(`Bearer ${token}`))).rejects.toThrow('no database')
    const handler = requireWebIdentity(verifier, () => Promise.reject(new Error('broken')))
    await expect(handler(bearing(`Bearer ${token}`))).rejects.toThrow('broken')
  })
})

describe('a CORS preflight', () => {
  const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
  const preflight = () => new Request(URL_, { method: 'OPTIONS', headers })
  const handler = (_: Request, identity: WebIdentity | undefined) =>
    new Response(identity?.arn.name ?? 'nobody')

  test('is refused unless asked for', async () => {
    expect((await answerTo(preflight())).status).toBe(401)
  })

  test('passes without an identity where asked for, and nothing else does', async () => {
    const guard = requireWebIdentity(verifier, handler, { allowPreflight: true })
    expect((await answerTo(preflight(), guard)).body).toBe('nobody')
    const plain = new Request(URL_, { method: 'OPTIONS', headers: { origin: 'https://app.example' } })
    const method = { 'access-control-request-method': 'GET' }
    const ofNobody = new Request(URL_, { method: 'OPTIONS', headers: method })
    const get = new Request(URL_, { headers })
    for (const request of [plain, ofNobody, get]) {
      expect((await answerTo(request, guard)).status).toBe(401)
    }
  })

  test('does not pass because a prototype was polluted', async () => {
    const prototype = Object.prototype as Record<string, unknown>
    prototype['allowPreflight'] = true
    try {
      expect((await answerTo(preflight())).status).toBe(401)
    } finally {
      delete prototype['allowPreflight']
    }
  })

  test('makes the type of the identity say so', () => {
    // @ts-expect-error the identity may be undefined
    requireWebIdentity(verifier, greet, { allowPreflight: true })
  })
})

test('an `authorize` that stands on a prototype is refused at once, as it would let everybody through', () => {
  class Policy {
    authorize() {
      return false
    }
  }
  const hidden = Object.defineProperty({}, 'authorize', { value: () => false, enumerable: false })
  for (const options of [new Policy(), Object.create({ authorize: () => false }), hidden]) {
    expect(() => requireWebIdentity(verifier, greet, options)).toThrow(InputError)
    expect(() => requireWebIdentity(verifier, greet, options)).toThrow(/^options must be a plain object/)
  }
})

test('an `authorize` that a look-up did not find is refused at once, by its type too', () => {
  // @ts-expect-error it may be undefined
  expect(() => requireWebIdentity(verifier, greet, { authorize: undefined })).toThrow(
    /^authorize must be a function/,
  )
})

test.each([{ realm: 'a"b' }, { realm: 'a\r\nb' }, { authorize: true }, { allowPreflight: 1 }, { relm: 'x' }])(
  'options %j are refused at once',
  (options) => {
    expect(() => requireWebIdentity(verifier, greet, options as object)).toThrow(InputError)
  },
)
