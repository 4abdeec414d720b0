import { describe, expect, test } from 'vitest'
import { createEmulator, type EmulatorOptions, type EmulatorRequest } from '../../src/emulator/index.ts'
import { InputError } from '../../src/errors.ts'
import { call, flatten, now, send, sign } from './sts-call.ts'

const clock = { now: () => now }
const whoami = flatten({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
const principal = { arn: 'arn:aws:iam::123456789012:user/a', accessKeyId: 'AKIA', secretAccessKey: 's' }

// Made here on purpose: workerd forbids random values and key generation at module scope.
const atModuleScope = createEmulator(clock)

test('an emulator can be made at module scope', async () => {
  expect((await call(atModuleScope, { Action: 'GetCallerIdentity' })).status).toBe(200)
})

describe('its fetch behaves as a fetch', () => {
  test('it needs no this, and takes a URL with init', async () => {
    const { fetch, credentials } = createEmulator(clock)
    const { url, headers } = await sign(createEmulator(clock), whoami, { credentials })
    for (const input of [url, new URL(url)]) {
      expect((await fetch(input, { method: 'POST', headers, body: whoami })).status).toBe(200)
    }
  })

  test('it rejects with the reason of a signal that is aborted already', async () => {
    const emulator = createEmulator(clock)
    const reason = new Error('too late')
    const signal = AbortSignal.abort(reason)
    await expect(emulator.fetch(emulator.endpoint, { signal })).rejects.toBe(reason)
  })

  test('it rejects with the reason of a signal that is aborted on the way', async () => {
    const emulator = createEmulator(clock)
    const controller = new AbortController()
    const reason = new Error('enough')
    const answer = emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`, { signal: controller.signal })
    controller.abort(reason)
    await expect(answer).rejects.toBe(reason)
  })

  test('the keys survive a caller who went away while they were made', async () => {
    const emulator = createEmulator(clock)
    const controller = new AbortController()
    const url = `${emulator.issuer}/.well-known/jwks.json`
    const abandoned = emulator.fetch(url, { signal: controller.signal })
    const waiting = emulator.fetch(url)
    controller.abort()
    await expect(abandoned).rejects.toThrow()
    expect((await waiting).status).toBe(200)
  })
})

describe('what is no STS request', () => {
  test.each(['/other', '/.well-known/openid-configuration', '//'])('%s is not found', async (path) => {
    const emulator = createEmulator()
    expect((await emulator.fetch(`${emulator.endpoint}${path}`, { method: 'POST' })).status).toBe(404)
  })

  test('the issuer’s host has no operations', async () => {
    const emulator = createEmulator()
    expect((await emulator.fetch(`${emulator.issuer}/`, { method: 'POST' })).status).toBe(404)
  })

  test.each(['PUT', 'HEAD', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
    const emulator = createEmulator()
    expect((await emulator.fetch(emulator.endpoint, { method })).status).toBe(405)
  })
})

describe('a body that is no form', () => {
  test('of more than a mebibyte is refused', async () => {
    const emulator = createEmulator(clock)
    const answer = await send(emulator, await sign(emulator, `${whoami}&More=${'x'.repeat(1_048_576)}`))
    expect([answer.status, answer.text('Code')]).toEqual([413, 'RequestEntityTooLarge'])
  })

  test('of just a mebibyte is read', async () => {
    const emulator = createEmulator(clock)
    const form = `${whoami}&More=`
    const padding = 'x'.repeat(1_048_576 - form.length)
    expect((await send(emulator, await sign(emulator, form + padding))).status).toBe(200)
  })

  test('with a byte order mark has a name that nobody asked for', async () => {
    const emulator = createEmulator(clock)
    const answer = await send(emulator, await sign(emulator, `\ufeff${whoami}`))
    expect(answer.text('Code')).toBe('MissingAction')
  })

  test.each([
    ['that is not UTF-8', Uint8Array.of(0x41, 0x3d, 0xff), 'The form is not UTF-8', {}],
    [
      'of another content type',
      '{}',
      'Content-Type must be application/x-www-form-urlencoded',
      { 'content-type': 'application/json' },
    ],
  ])('%s is refused', async (_, body, message, headers) => {
    const emulator = createEmulator()
    const request = new Request(emulator.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    })
    const answer = await send(emulator, request)
    expect([answer.status, answer.text('Code'), answer.text('Message')]).toEqual([
      400,
      'MalformedInput',
      message,
    ])
  })

  test.each([
    ['%zz', 'Illegal hex character in escape % pattern: %zz'],
    ['%4', 'Incomplete trailing escape % sequence'],
  ])('a query string with %s is malformed', async (text, message) => {
    const emulator = createEmulator(clock)
    const url = `${emulator.endpoint}/?Action=GetCallerIdentity&x=${text}`
    const answer = await send(emulator, new Request(url))
    expect([answer.text('Code'), answer.text('Message')]).toEqual(['MalformedQueryString', message])
  })

  test('its error is well-formed XML whatever the request held', async () => {
    const answer = await call(createEmulator(clock), { Action: ']]>&<a>\u0000\u001f\ufffe\r😀' })
    expect(answer.xml).toContain(
      '<Message>Could not find operation ]]&gt;&amp;&lt;a&gt;\ufffd\ufffd\ufffd&#xD;😀 for version 2011-06-15</Message>',
    )
  })
})

describe('an observer', () => {
  test('is told of each request to STS', async () => {
    const records: EmulatorRequest[] = []
    const emulator = createEmulator({ ...clock, onRequest: (record) => records.push(record) })
    const answer = await call(emulator, { Action: 'GetCallerIdentity' })
    expect(records).toEqual([
      {
        time: '2026-09-11T18:35:48.279Z',
        service: 'sts',
        operation: 'GetCallerIdentity',
        parameters: {},
        callerArn: 'arn:aws:iam::123456789012:user/developer',
        signedHeaders: ['host', 'x-amz-date'],
        credentialScope: '20260911/us-east-1/sts/aws4_request',
        statusCode: 200,
        requestId: answer.text('RequestId'),
        durationMs: expect.any(Number),
      },
    ])
  })

  test('is told why one was refused, and no caller that was not verified', async () => {
    const records: EmulatorRequest[] = []
    const emulator = createEmulator({ ...clock, onRequest: (record) => records.push(record) })
    const credentials = { accessKeyId: emulator.credentials.accessKeyId, secretAccessKey: 'wrong' }
    await call(emulator, { Action: 'GetCallerIdentity' }, { credentials })
    expect(records).toMatchObject([{ statusCode: 403, errorCode: 'SignatureDoesNotMatch' }])
    expect(records[0]).not.toHaveProperty('callerArn')
  })

  test('is told the parameters, but not of a presigned URL its signature, nor a code', async () => {
    const emulator = createEmulator(clock)
    await call(emulator, { Action: 'GetSessionToken', SerialNumber: 'GAHT12345678', TokenCode: '123456' })
    const url = `${emulator.endpoint}/?${whoami}&X-Amz-Signature=abc&X-Amz-Credential=def&Other=1`
    await emulator.fetch(url)
    expect(emulator.requests.map(({ parameters }) => parameters)).toEqual([
      { SerialNumber: 'GAHT12345678', TokenCode: '***' },
      { Other: '1' },
    ])
  })

  test('never sees a secret, a signature or a token', async () => {
    const records: EmulatorRequest[] = []
    const session = { ...principal, secretAccessKey: 'the-secret', sessionToken: 'the-session' }
    const emulator = createEmulator({
      ...clock,
      principals: [session],
      onRequest: (record) => records.push(record),
    })
    const parameters = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
    const token = (await call(emulator, parameters)).text('WebIdentityToken') ?? ''
    const written = JSON.stringify(records)
    expect(token).not.toBe('')
    for (const secret of ['the-secret', 'the-session', token, 'Signature='])
      expect(written).not.toContain(secret)
  })

  test.each([
    'WebIdentityToken.member.1',
    'webidentitytoken',
    'SessionToken',
    'SecretAccessKey',
    'Authorization',
    'X-Amz-Signature',
  ])('never sees a secret that was sent as %s', async (name) => {
    const emulator = createEmulator(clock)
    await call(emulator, { Action: 'AssumeRoleWithWebIdentity', [name]: 'the-secret', RoleArn: 'shown' })
    expect(emulator.requests[0]?.parameters).toMatchObject({ RoleArn: 'shown' })
    expect(JSON.stringify(emulator.requests)).not.toContain('the-secret')
  })

  test.each([
    'one/two/three/20260911/us-east-1/sts/aws4_request',
    'AKIA/one/two/three/20260911',
    'one/two/20260911/us-east-1/sts',
  ])('never sees a secret key that was sent as %s', async (credential) => {
    const emulator = createEmulator(clock)
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=x`
    const headers = { authorization, 'x-amz-date': '20260911T183548Z' }
    await emulator.fetch(`${emulator.endpoint}/?${whoami}`, { headers })
    expect(emulator.requests).toHaveLength(1)
    expect(JSON.stringify(emulator.requests)).not.toContain('two')
  })

  test('sees a form that is longer than any that AWS takes only in part', async () => {
    const emulator = createEmulator(clock)
    const tags = Array.from({ length: 5000 }, (_, index) => ({ Key: `${index}`, Value: 'v'.repeat(100) }))
    await call(emulator, { Action: 'x'.repeat(5000), RoleArn: 'a'.repeat(5000), Tags: tags })
    const [request] = emulator.requests
    expect(request?.operation).toHaveLength(4097)
    expect(request?.parameters?.['RoleArn']).toHaveLength(4097)
    expect(request?.parameters?.['Tags.member.1.Key']).toBe('0')
    expect(JSON.stringify(request).length).toBeLessThan(60_000)
  })

  test.each([
    [
      'by throwing',
      () => {
        throw new Error('broken')
      },
    ],
    ['by a promise that rejects', async () => Promise.reject(new Error('broken'))],
  ])('breaks nothing %s', async (_, onRequest) => {
    const answer = await call(createEmulator({ ...clock, onRequest }), { Action: 'GetCallerIdentity' })
    expect(answer.status).toBe(200)
  })
})

test.each([
  ['rejects', () => Promise.reject(new Error('disk full'))],
  [
    'throws',
    () => {
      throw new Error('disk full')
    },
  ],
])('who is told of new keys can’t keep them from being used: it %s', async (_, onStateChange) => {
  const emulator = createEmulator({ ...clock, onStateChange })
  const parameters = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
  expect((await call(emulator, parameters)).status).toBe(200)
})

test('who changes a record of a token changes no token to come', async () => {
  const emulator = createEmulator(clock)
  const parameters = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
  await call(emulator, parameters)
  Object.assign(emulator.requests[0]?.token?.header ?? {}, { kid: 'changed' })
  const token = (await call(emulator, parameters)).text('WebIdentityToken') ?? ''
  expect(JSON.parse(atob(token.split('.')[0] ?? ''))).toMatchObject({ kid: 'EC384_0' })
})

test.each([Number.NaN, -1, Infinity, 8.64e15, Date.UTC(10_000, 0), '5', undefined, Promise.resolve(5)])(
  'a clock that tells %s is named',
  async (time) => {
    const emulator = createEmulator({ now: () => time as number })
    const answer = call(emulator, { Action: 'GetCallerIdentity' })
    await expect(answer).rejects.toThrow(
      new InputError('now', 'must return milliseconds since 1970, before the year 10000'),
    )
  },
)

describe('an address at which it is served', () => {
  test('becomes its endpoint, and its issuer stands below it', async () => {
    const emulator = createEmulator(clock)
    const id = new URL(emulator.issuer).hostname.split('.')[0]
    emulator.servedAt(new URL('http://127.0.0.1:4566/ignored'))
    expect(emulator.endpoint).toBe('http://127.0.0.1:4566')
    expect(emulator.issuer).toBe(`http://127.0.0.1:4566/${id}`)
    const found = await emulator.fetch(`${emulator.issuer}/.well-known/openid-configuration`)
    expect(await found.json()).toMatchObject({
      issuer: emulator.issuer,
      jwks_uri: `${emulator.issuer}/.well-known/jwks.json`,
    })
    expect((await call(emulator, { Action: 'GetCallerIdentity' }, { region: 'eu-west-1' })).status).toBe(200)
  })

  test('is one under every name of its host', async () => {
    const emulator = createEmulator(clock)
    emulator.servedAt('http://127.0.0.1:4566')
    const path = `${new URL(emulator.issuer).pathname}/.well-known/openid-configuration`
    const found = await emulator.fetch(`http://localhost:4566${path}`)
    expect(await found.json()).toMatchObject({ issuer: emulator.issuer })
  })

  test('has tokens that name the region of their request', async () => {
    const emulator = createEmulator(clock)
    const mint = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
    const url = 'https://sts.eu-west-1.amazonaws.com/'
    await call(emulator, mint, { url, region: 'eu-west-1' })
    emulator.servedAt('http://127.0.0.1:4566')
    await call(emulator, mint, { region: 'ap-south-1' })
    const regions = emulator.requests.map(({ token }) => token?.claims['https://sts.amazonaws.com/'])
    expect(regions).toMatchObject([{ source_region: 'eu-west-1' }, { source_region: 'ap-south-1' }])
  })

  test.each(['127.0.0.1:4566', 'file:///tmp'])('must be a URL of HTTP, not %s', (url) => {
    expect(() => createEmulator().servedAt(url)).toThrow(
      new InputError('url', 'must be an http: or https: URL'),
    )
  })
})

describe('options', () => {
  test('the first principal’s credentials are the emulator’s', () => {
    const first = { ...principal, sessionToken: 'token' }
    const { accessKeyId, secretAccessKey, sessionToken } = first
    const principals = [first, { ...principal, accessKeyId: 'AKIB' }]
    expect(createEmulator({ principals }).credentials).toEqual({ accessKeyId, secretAccessKey, sessionToken })
    expect(createEmulator().credentials).toEqual({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    })
  })

  test.each<[unknown, string]>([
    [null, 'options must be an object'],
    [{ federationEnabled: 'yes' }, 'federationEnabled must be true or false'],
    [{ federation: true }, 'federation is not known here'],
    [{ now: 0 }, 'now must be a function'],
    [{ onRequest: {} }, 'onRequest must be a function'],
    [{ principals: [] }, 'principals must name at least one principal'],
    [{ principals: [principal, principal] }, 'principals must not share an accessKeyId'],
    [
      { principals: [{ ...principal, arn: 'arn:aws:iam::1:user/a' }] },
      'principals[0].arn must be the ARN of an IAM user or role',
    ],
    [
      { principals: [{ ...principal, arn: `${principal.arn}${'a'.repeat(64)}` }] },
      'principals[0].arn must be the ARN of an IAM user or role',
    ],
    [{ organization: { id: 'o-A', path: 'o-a/r-a/' } }, 'organization.id must be the id of an organization'],
    [{ organization: { id: 'o-a', path: 'o-a/r-a' } }, 'organization.path must be a path such as'],
    [
      { organization: { id: 'o-a', path: 'o-a/r-a/', serviceControlPolicies: [] } },
      'organization.serviceControlPolicies must have at least one level',
    ],
    [
      { trustedIssuers: [{ issuer: 'https://example.com', audiences: [] }] },
      'trustedIssuers[0].audiences must name at least one',
    ],
    [{ principals: [{ arn: principal.arn, accessKeyId: 'A' }] }, 'principals[0].secretAccessKey is missing'],
    [{ principals: [{ ...principal, token: '' }] }, 'principals[0].token is not known here'],
    [
      { principals: [{ ...principal, sessionName: 'session' }] },
      'principals[0].sessionName must be absent: only a role has sessions with a name',
    ],
    [
      { principals: [{ ...principal, sessionExpiration: new Date(Number.NaN) }] },
      'principals[0].sessionExpiration must be a valid Date',
    ],
    [{ principals: [{ ...principal, tags: { team: 1 } }] }, 'principals[0].tags.team must be a string'],
    [
      { principals: [{ ...principal, tags: { team: 'a', Team: 'b' } }] },
      'principals[0].tags must not repeat a key in another case: tag keys are case-insensitive',
    ],
    [
      { principals: [{ ...principal, sessionTags: { team: 'a' } }] },
      'principals[0].sessionTags must be absent: without a sessionToken or a sessionExpiration there is no session',
    ],
    [
      { principals: [principal, { arn: 'arn:aws:iam::123456789012:role/r', runsOn: { service: 'glue' } }] },
      'principals[1].runsOn must be absent: it is of the session that the role’s own accessKeyId stands for',
    ],
  ])('%j are refused', (options, message) => {
    // What a caller without types may pass.
    expect(() => createEmulator(options as EmulatorOptions)).toThrow(message)
  })

  test('one that is unknown is a type error', () => {
    // @ts-expect-error: not an option
    expect(() => createEmulator({ unknown: 1 })).toThrow(InputError)
  })

  test('a refused secret is not in the message', () => {
    const principals = [{ ...principal, secretAccessKey: 'line\nbreak' }]
    expect(() => createEmulator({ principals })).toThrow(
      /^principals\[0\]\.secretAccessKey must be visible ASCII characters$/,
    )
  })
})
