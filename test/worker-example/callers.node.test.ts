import { StsClient } from 'aws-web-identity'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startFleet } from '../../worker-example/demo/fleet.ts'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { type AccessApplication, AUD, startAccess } from './access-application.ts'
import {
  AUDIENCE,
  ask,
  BEARER,
  bindingsFor,
  PRINCIPAL,
  policyWith,
  type Sts,
  sha256,
  startSts,
  startWorker,
  TOKEN_SECRET,
  WORKLOAD,
} from './stage.ts'

const BROKER = 'https://tokens.example.com'
const NEW_SECRET = 'the-secret-that-takes-its-place-now'
const OLD_SECRET = 'the-secret-that-has-run-out-meanwhile'
const LATER_SECRET = 'the-secret-that-will-run-out-some-day'

/** IAM allows more in a name than STS does in a tag. */
const ODD = {
  arn: 'arn:aws:iam::123456789012:role/jobs/nightly,weekly',
  accessKeyId: 'ASIAIOSFODNN7ODDNAME',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYODDNAMEKEY',
  sessionToken: 'session-token-of-the-odd-one',
}

/** A principal whose ARN begins as that of the workload. */
const NAMESAKE = {
  ...WORKLOAD,
  arn: `${WORKLOAD.arn}-2`,
  accessKeyId: 'ASIAIOSFODNN7NAMESAK',
}

let sts: Sts
let access: AccessApplication
let worker: LocalWorker
const log: string[] = []

beforeAll(async () => {
  const principals = [PRINCIPAL, WORKLOAD, NAMESAKE, ODD]
  ;[sts, access] = await Promise.all([startSts({ principals }), startAccess()])
  const audiences = [AUDIENCE]
  const policy = {
    access: { team: access.team, audience: AUD },
    webIdentity: { audience: BROKER, issuer: [sts.emulator.issuer] },
    callers: [
      {
        name: 'ci',
        secrets: [
          { sha256: sha256(OLD_SECRET), expires: '2026-01-01T00:00:00Z' },
          { sha256: sha256(TOKEN_SECRET) },
          { sha256: sha256(NEW_SECRET), expires: '2999-01-01T00:00:00Z' },
        ],
        audiences,
        tags: { fromCaller: { asker: 'caller' } },
      },
      { name: 'other', secrets: [{ sha256: sha256(LATER_SECRET) }], audiences: ['other audience'] },
      {
        name: 'nightly',
        subjects: [WORKLOAD.arn, ODD.arn],
        audiences,
        tags: { fromCaller: { job: 'subject', account: 'account' } },
      },
      {
        name: 'people',
        access: { emails: ['Ann@Example.com', 'kim@example.com'] },
        audiences,
        tags: { fromCaller: { who: 'email' } },
      },
      {
        name: 'robot',
        access: { clientIds: ['88bf3b6d86161464f6509f7219099e57.access'] },
        audiences,
        tags: { fromCaller: { id: 'clientId' } },
      },
      { name: 'bound', serviceBinding: 'bound', audiences },
      {
        name: 'odd',
        secrets: [{ sha256: sha256(`${TOKEN_SECRET}-odd`) }],
        access: { emails: ['odd@example.com'] },
        audiences,
        tags: { fromCaller: { who: 'email' } },
      },
    ],
  }
  worker = await startWorker({
    policy,
    members: { AWS_ENDPOINT_URL_STS: sts.url },
    onLog: (message) => log.push(message),
  })
}, 30_000)

afterAll(async () => {
  await worker.close()
  await Promise.all([sts.close(), access.close()])
})

const body = { audience: AUDIENCE }

let asked = 0
/** Each from an address of its own: of one no more than 60 in a minute are heard who are not known. */
function askWith(...headers: string[]) {
  asked += 1
  return ask(worker, '/token', { headers: [...headers, 'Cf-Connecting-Ip', `203.0.113.${asked}`], body })
}

async function tagsOf(json: Record<string, unknown>) {
  const { issuer } = sts.emulator
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(String(json['webIdentityToken']), keys, { issuer })
  return (payload['https://sts.amazonaws.com/'] as { request_tags: unknown }).request_tags
}

describe('a secret', () => {
  test.each([
    ['bearer in small letters', `bearer ${TOKEN_SECRET}`],
    ['BEARER and two spaces', `BEARER  ${TOKEN_SECRET}`],
    ['another secret of the same caller, which runs out later', `Bearer ${NEW_SECRET}`],
  ])('%s opens it', async (_, value) => {
    const { status, json } = await askWith('authorization', value)
    expect(status).toBe(200)
    expect(await tagsOf(json)).toEqual({ asker: 'ci' })
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
    ['its hash', ['Authorization', `Bearer ${sha256(TOKEN_SECRET)}`]],
    ['a secret that has run out', ['Authorization', `Bearer ${OLD_SECRET}`]],
    ['another scheme', ['Authorization', `Basic ${base64}`]],
    ['the secret with another scheme', ['Authorization', `Token ${TOKEN_SECRET}`]],
    ['the scheme and the secret in one word', ['Authorization', `Bearer${TOKEN_SECRET}`]],
    ['the secret twice', [...BEARER, ...BEARER]],
    ['the secret after a wrong one', ['Authorization', 'Bearer wrong', ...BEARER]],
    ['the secret before a wrong one', [...BEARER, 'Authorization', 'Bearer wrong']],
  ])('%s is refused, and told nothing', async (_, headers) => {
    const answer = await askWith(...headers)
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    // Nor what else would have been wrong.
    const detail = (await ask(worker, '/token', { headers, body: '{"audience":' })).json['detail']
    expect(detail).toBe(answer.json['detail'])
  })

  test.each([`${TOKEN_SECRET}x`, OLD_SECRET])(
    'that is wrong is said to be nobody’s or to have run out, and not to be missing: %s',
    async (secret) => {
      const { json } = await askWith('Authorization', `Bearer ${secret}`)
      expect(json['detail']).toBe('The secret is nobody’s, or has run out.')
      expect((await askWith()).json['detail']).toMatch(/^Show a secret or a web identity token/)
    },
  )

  test.each(['access_token', 'token', 'secret', 'authorization'])(
    'in the query as %s it opens nothing',
    async (name) => {
      expect(await ask(worker, `/token?${name}=${TOKEN_SECRET}`, { headers: [], body })).toMatchObject({
        status: 401,
      })
    },
  )

  test('of one caller does not open what another may have', async () => {
    expect(await askWith('Authorization', `Bearer ${LATER_SECRET}`)).toMatchObject({
      status: 403,
      json: { code: 'audience_not_allowed', allowed: { audiences: ['other audience'] } },
    })
  })

  test('gives no token where a tag is to say what is not known of who shows it', async () => {
    expect(await askWith('Authorization', `Bearer ${TOKEN_SECRET}-odd`)).toMatchObject({
      status: 403,
      json: {
        code: 'tag_not_derivable',
        detail: 'The tag who says your email, which is not known when you come this way.',
      },
    })
  })
})

describe('a web identity token', () => {
  async function minted(audience: string, credentials: object = WORKLOAD, durationSeconds = 300) {
    const { emulator, url } = sts
    const client = new StsClient({
      region: 'us-east-1',
      endpoint: url,
      credentials: credentials as typeof emulator.credentials,
    })
    const request = { audience: [audience], signingAlgorithm: 'ES384', durationSeconds } as const
    return (await client.getWebIdentityToken(request)).webIdentityToken
  }

  test('of a principal that the policy names is as good as a secret, and its claims may become tags', async () => {
    const { status, json } = await askWith('Authorization', `Bearer ${await minted(BROKER)}`)
    expect(status).toBe(200)
    expect(await tagsOf(json)).toEqual({ job: WORKLOAD.arn, account: '123456789012' })
  })

  test.each([PRINCIPAL, NAMESAKE])(
    'of a principal that the policy does not name is known, and allowed nothing: $arn',
    async (principal) => {
      log.length = 0
      const token = await minted(BROKER, principal)
      expect(await askWith('Authorization', `Bearer ${token}`)).toMatchObject({
        status: 403,
        json: { code: 'unknown_caller', identity: principal.arn },
      })
      const why = `the policy has no caller ${principal.arn}`
      const line = { verdict: 'denied', code: 'unknown_caller', identity: principal.arn, why }
      await vi.waitFor(() => expect(log.map((each) => JSON.parse(each))).toMatchObject([line]))
    },
  )

  test('can’t be judged while its issuer’s keys can’t be had', async () => {
    const gone = await startSts()
    const client = new StsClient({ region: 'us-east-1', endpoint: gone.url, credentials: WORKLOAD })
    const request = { audience: [BROKER], signingAlgorithm: 'ES384' } as const
    const { webIdentityToken } = await client.getWebIdentityToken(request)
    await gone.close()
    const policy = {
      webIdentity: { audience: BROKER, issuer: [gone.emulator.issuer] },
      callers: [{ name: 'nightly', subjects: [WORKLOAD.arn], audiences: [AUDIENCE] }],
    }
    const lines: string[] = []
    const alone = await startWorker({ policy, onLog: (line) => lines.push(line) })
    try {
      const headers = ['Authorization', `Bearer ${webIdentityToken}`]
      const answer = await ask(alone, '/token', { headers, body })
      expect(answer).toMatchObject({ status: 503, json: { code: 'keys_unavailable' } })
      expect(answer.headers.get('retry-after')).toBe('5')
      await vi.waitFor(() => expect(lines.join()).toContain('"verdict":"failed"'))
    } finally {
      await alone.close()
    }
  }, 20_000)

  test('opens nothing where the policy takes none', async () => {
    const policy = { callers: [{ name: 'bound', serviceBinding: 'bound', audiences: [AUDIENCE] }] }
    const alone = await startWorker({ policy })
    try {
      const headers = ['Authorization', `Bearer ${await minted(BROKER)}`]
      expect(await ask(alone, '/token', { headers, body })).toMatchObject({
        status: 401,
        json: { detail: 'This Worker takes no web identity tokens.' },
      })
    } finally {
      await alone.close()
    }
  }, 20_000)

  test('gives no token where a tag is to say what no tag can hold, and the caller is told which', async () => {
    const token = await minted(BROKER, ODD)
    expect(await askWith('Authorization', `Bearer ${token}`)).toMatchObject({
      status: 403,
      json: {
        code: 'tag_not_derivable',
        detail:
          'The tag job says your subject, which no tag can hold: up to 256 letters, digits, spaces and _.:/=+-@.',
      },
    })
  })

  test('for another audience is refused, as are those that the Worker itself gives', async () => {
    const { json } = await askWith(...BEARER)
    for (const token of [await minted('https://elsewhere.example'), json['webIdentityToken']]) {
      const answer = await askWith('Authorization', `Bearer ${token}`)
      expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
  })

  test('that was altered, or has no signature, is refused', async () => {
    const [header = '', payload = '', signature = ''] = (await minted(BROKER)).split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const other = Buffer.from(JSON.stringify({ ...claims, sub: `${claims.sub}x` })).toString('base64url')
    for (const token of [`${none}.${payload}.`, `${header}.${other}.${signature}`, `${header}.${payload}.`]) {
      const { status, json } = await askWith('Authorization', `Bearer ${token}`)
      expect(status).toBe(401)
      expect(json['detail']).toMatch(/^The web identity token is not good here: /)
    }
  })
})

const encoded = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')

describe('a JWT of Cloudflare Access', () => {
  const asserted = async (claims: object, options?: { isForged: boolean }) =>
    askWith('Cf-Access-Jwt-Assertion', await access.sign({ ...claims }, options))

  test('of a person whom the policy names is as good as a secret', async () => {
    const { status, json } = await asserted({ email: 'Ann@EXAMPLE.com', sub: 'user-1' })
    expect(status).toBe(200)
    expect(await tagsOf(json)).toEqual({ who: 'ann@example.com' })
  })

  test('of a service token that the policy names, too', async () => {
    const { status, json } = await asserted({
      common_name: '88bf3b6d86161464f6509f7219099e57.access',
      sub: '',
    })
    expect(status).toBe(200)
    expect(await tagsOf(json)).toEqual({ id: '88bf3b6d86161464f6509f7219099e57.access' })
  })

  test('of somebody whose address only looks the same is of somebody else', async () => {
    // U+212A, the sign of the kelvin, whose small letter is that of K.
    const email = '\u212aim@example.com'
    expect(await asserted({ email })).toMatchObject({ status: 403, json: { code: 'unknown_caller' } })
    expect(await asserted({ email: 'KIM@example.com' })).toMatchObject({ status: 200 })
  })

  test('of somebody else is known, and allowed nothing', async () => {
    expect(await asserted({ email: 'bob@example.com' })).toMatchObject({
      status: 403,
      json: { code: 'unknown_caller', identity: 'bob@example.com' },
    })
  })

  test.each<[string, object, boolean]>([
    ['signed by another key', { email: 'ann@example.com' }, true],
    ['of another application', { email: 'ann@example.com', aud: ['x'.repeat(64)] }, false],
    ['of another team', { email: 'ann@example.com', iss: 'https://other.cloudflareaccess.com' }, false],
    ['that has run out', { email: 'ann@example.com', exp: 1_700_000_000 }, false],
    ['without an end', { email: 'ann@example.com', exp: undefined }, false],
    ['without a beginning', { email: 'ann@example.com', iat: undefined }, false],
    ['that names nobody', { email: '' }, false],
    ['that names no service token', { common_name: '', sub: '' }, false],
    ['whose email is a list', { email: ['ann@example.com'] }, false],
  ])('%s is refused', async (_, claims, isForged) => {
    const answer = await asserted(claims, { isForged })
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  test.each([
    ['no JWT', 'nonsense'],
    ['a JWT without a signature', `${encoded({ alg: 'none' })}.${encoded({ email: 'ann@example.com' })}.`],
    [
      'one by a key that Access does not have',
      `${encoded({ alg: 'RS256', kid: 'other' })}.${encoded({})}.AAAA`,
    ],
    [
      'one that is signed by a shared secret',
      `${encoded({ alg: 'HS256', kid: 'access-key-1' })}.${encoded({})}.AAAA`,
    ],
  ])('%s is refused, and not taken for a fault of Access', async (_, assertion) => {
    expect(await askWith('Cf-Access-Jwt-Assertion', assertion)).toMatchObject({ status: 401 })
  })

  test('needs Access’s keys to be asked for once', () => {
    // And once more for the key that it did not have.
    expect(access.asked()).toBeLessThanOrEqual(2)
  })

  test('is not looked at where there is a secret, and does not help a wrong one', async () => {
    const assertion = ['Cf-Access-Jwt-Assertion', await access.sign({ email: 'ann@example.com' })]
    const { json } = await askWith(...BEARER, ...assertion)
    expect(await tagsOf(json)).toEqual({ asker: 'ci' })
    expect(await askWith('Authorization', 'Bearer wrong', ...assertion)).toMatchObject({ status: 401 })
  })

  test('of a person with the client ID of a service token is not the service token’s, nor the other way round', async () => {
    for (const claims of [
      { email: '88bf3b6d86161464f6509f7219099e57.access' },
      { common_name: 'ann@example.com', sub: '' },
    ]) {
      expect(await asserted(claims)).toMatchObject({ status: 403, json: { code: 'unknown_caller' } })
    }
  })

  test.each([500, 'nothing'] as const)(
    'can’t be judged while Access answers %s for its keys',
    async (status) => {
      const other = await startAccess()
      other.answer(status)
      const policy = {
        access: { team: other.team, audience: AUD },
        callers: [{ name: 'people', access: { emails: ['ann@example.com'] }, audiences: [AUDIENCE] }],
      }
      const lines: string[] = []
      const alone = await startWorker({ policy, onLog: (line) => lines.push(line) })
      try {
        const headers = ['Cf-Access-Jwt-Assertion', await other.sign({ email: 'ann@example.com' })]
        const answer = await ask(alone, '/token', { headers, body })
        expect(answer).toMatchObject({ status: 503, json: { code: 'access_unavailable' } })
        expect(answer.headers.get('retry-after')).toBe('5')
        await vi.waitFor(() => expect(lines.join()).toContain('"verdict":"failed"'))
      } finally {
        await Promise.all([alone.close(), other.close()])
      }
    },
    20_000,
  )
})

describe('where', () => {
  test.each([
    '/token/',
    '/Token',
    '/token/x',
    '//token',
    '/%74oken',
    '/token;x',
    '/./token/../token/',
    '/favicon.ico',
    '/ledger',
  ])('%s is nothing', async (path) => {
    expect(await ask(worker, path, { body })).toMatchObject({ status: 404, json: { code: 'not_found' } })
  })

  test('there is no OpenID configuration: this is no issuer', async () => {
    const { status, json } = await ask(worker, '/.well-known/openid-configuration', { headers: [] })
    expect(status).toBe(404)
    expect(json['detail']).toContain('no issuer')
  })

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    '%s of a token is answered with 405',
    async (method) => {
      for (const path of ['/token', '/access-token']) {
        const answer = await ask(worker, path, {
          method,
          headers: [...BEARER, 'X-HTTP-Method-Override', 'POST'],
        })
        expect(answer.status).toBe(405)
        expect(answer.headers.get('allow')).toBe('POST')
      }
    },
  )

  test('the Worker tells whether it runs, and whether a token can be given', async () => {
    expect(await ask(worker, '/healthz', { headers: [] })).toMatchObject({
      status: 200,
      json: { status: 'ok' },
    })
    expect(await ask(worker, '/readyz', { headers: [] })).toMatchObject({
      status: 200,
      json: { status: 'ready' },
    })
    expect(await ask(worker, '/readyz', { headers: [], method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
    })
    expect(await ask(worker, '/readyz', { headers: [], body: {} })).toMatchObject({ status: 405 })
  })
})

test('a request in the clear is answered by nothing, whatever it shows', async () => {
  const fleet = await startFleet({ policy: policyWith(), bindings: bindingsFor(sts.url) })
  try {
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN_SECRET}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    for (const [origin, status] of [
      ['http://tokens.example.com', 403],
      ['http://127.0.0.1.example.com', 403],
      ['http://not-localhost', 403],
      ['https://tokens.example.com', 200],
      ['http://localhost:8787', 200],
    ] as const) {
      expect((await fleet.fetch(0, `${origin}/token`, init)).status).toBe(status)
    }
  } finally {
    await fleet.close()
  }
}, 30_000)
