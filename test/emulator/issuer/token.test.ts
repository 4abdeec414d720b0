// The token as others see it: read by plain jose, verified through discovery and the JWKS.

import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '../../../src/emulator/index.ts'
import observed from '../../vectors/aws-observed.json' with { type: 'json' }
import { call, now } from '../sts-call.ts'

const namespace = 'https://sts.amazonaws.com/'
const audience = observed.token.claims.aud
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const user = {
  arn: 'arn:aws:iam::123456789012:user/org/issuer',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'secret',
  tags: { Team: 'platform' },
}
const role = {
  arn: 'arn:aws:iam::123456789012:role/outbound/name',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'session-token',
  sessionName: 'job-1',
  sessionExpiration: new Date('2026-09-11T19:00:00.500Z'),
}

describe.each(['RS256', 'ES384'] as const)('a token signed with %s', (SigningAlgorithm) => {
  test('verifies through discovery with jose alone', async () => {
    const emulator = createEmulator({ now: () => now })
    const token = await mint(emulator, { SigningAlgorithm })
    const configuration = await read(emulator, `${emulator.issuer}/.well-known/openid-configuration`)
    const jwks = (await read(emulator, configuration.jwks_uri)) as unknown as JSONWebKeySet
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      algorithms: [SigningAlgorithm],
      audience,
      issuer: emulator.issuer,
      currentDate: new Date(now),
    })
    expect(payload.sub).toBe('arn:aws:iam::123456789012:user/developer')
  })

  test('has the header and the signature of a real one', async () => {
    const token = await mint(createEmulator({ now: () => now }), { SigningAlgorithm })
    expect(JSON.stringify(decodeProtectedHeader(token))).toBe(
      JSON.stringify(observed.token.headers[SigningAlgorithm]),
    )
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(token.split('.')[2]).toHaveLength(SigningAlgorithm === 'RS256' ? 342 : 128)
  })
})

describe('the claims', () => {
  test('are those of a real token, in its order', async () => {
    const emulator = createEmulator({ now: () => now, principals: [user] })
    const Tags = Object.entries(observed.token.claims[namespace].request_tags).map(([Key, Value]) => ({
      Key,
      Value,
    }))
    const answer = await request(emulator, { DurationSeconds: 60, Tags })
    expect(answer.text('Expiration')).toBe(observed.token.expiration)

    const claims = decodeJwt(answer.text('WebIdentityToken') ?? '')
    // The emulator's account is in no organization.
    const { org_id, ou_path, ...expected } = observed.token.claims[namespace]
    expect(claims).toEqual({
      ...observed.token.claims,
      [namespace]: expected,
      iss: emulator.issuer,
      jti: expect.stringMatching(uuid),
    })
    expect(Object.keys(claims)).toEqual(Object.keys(observed.token.claims))
    expect(Object.keys(claims[namespace] as object)).toEqual(Object.keys(expected))
  })

  test('have no tags and no session where there are none', async () => {
    const claims = decodeJwt(await mint(createEmulator({ now: () => now }), {}))
    expect(claims[namespace]).toEqual({
      aws_account: '123456789012',
      source_region: 'us-east-1',
      principal_id: 'arn:aws:iam::123456789012:user/developer',
    })
  })

  test('of a role name the role with its path, and the end of the session', async () => {
    const claims = decodeJwt(await mint(createEmulator({ now: () => now, principals: [role] }), {}))
    expect(claims.sub).toBe(role.arn)
    expect(claims[namespace]).toMatchObject({
      principal_id: role.arn,
      original_session_exp: '2026-09-11T19:00:00Z',
    })
  })

  test('last 300 seconds unless asked otherwise, and begin in whole seconds', async () => {
    const answer = await request(createEmulator({ now: () => now }), {})
    const { iat, exp } = decodeJwt(answer.text('WebIdentityToken') ?? '')
    expect([iat, exp, answer.text('Expiration')]).toEqual([
      1789151748,
      1789152048,
      '2026-09-11T18:40:48.279Z',
    ])
  })

  test('have several audiences as an array, with repeats', async () => {
    const claims = decodeJwt(await mint(createEmulator({ now: () => now }), { Audience: ['b', 'a', 'b'] }))
    expect(claims.aud).toEqual(['b', 'a', 'b'])
  })

  test('have another jti each time', async () => {
    const emulator = createEmulator({ now: () => now })
    const [first, second] = await Promise.all([mint(emulator, {}), mint(emulator, {})])
    expect(decodeJwt(first).jti).not.toBe(decodeJwt(second).jti)
  })

  test('keep a tag that is called like an object’s prototype', async () => {
    const emulator = createEmulator({ now: () => now })
    const token = await mint(emulator, { Tags: [{ Key: '__proto__', Value: 'x' }] })
    const payload = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))
    expect(payload).toContain('"request_tags":{"__proto__":"x"}')
  })

  test('have the region of the scope', async () => {
    const emulator = createEmulator({ now: () => now })
    const parameters = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
    const url = 'https://sts.eu-west-1.amazonaws.com/'
    const answer = await call(emulator, parameters, { url, region: 'eu-west-1' })
    expect(decodeJwt(answer.text('WebIdentityToken') ?? '')[namespace]).toMatchObject({
      source_region: 'eu-west-1',
    })
  })
})

describe('discovery', () => {
  test('is the document of a real issuer', async () => {
    const emulator = createEmulator()
    expect(emulator.issuer).toMatch(/^https:\/\/[a-z0-9-]+\.tokens\.sts\.global\.api\.aws$/)
    expect(await read(emulator, `${emulator.issuer}/.well-known/openid-configuration`)).toEqual({
      ...observed.discovery,
      issuer: emulator.issuer,
      jwks_uri: `${emulator.issuer}/.well-known/jwks.json`,
    })
  })

  test('publishes one RSA key of 2048 bits and one on P-384, and nothing private', async () => {
    const emulator = createEmulator()
    const { keys } = await read(emulator, `${emulator.issuer}/.well-known/jwks.json`)
    expect(keys).toEqual(
      observed.jwks.keys.map(({ n, x, y, ...key }) => ({
        ...key,
        ...(n !== undefined && { n: expect.stringMatching(/^[\w-]{342}$/) }),
        ...(x !== undefined && { x: expect.stringMatching(/^[\w-]{64}$/) }),
        ...(y !== undefined && { y: expect.stringMatching(/^[\w-]{64}$/) }),
      })),
    )
  })

  test('stays published, with the same keys, while federation is disabled', async () => {
    const emulator = createEmulator({ federationEnabled: false })
    const url = `${emulator.issuer}/.well-known/jwks.json`
    expect(await read(emulator, url)).toEqual(await read(emulator, url))
  })

  test('belongs to the issuer’s own host', async () => {
    const emulator = createEmulator()
    const foreign = await emulator.fetch(`${createEmulator().issuer}/.well-known/jwks.json`)
    const endpoint = await emulator.fetch(`${emulator.endpoint}/.well-known/jwks.json`)
    expect([foreign.status, endpoint.status]).toEqual([404, 404])
  })

  test('is only read', async () => {
    const emulator = createEmulator()
    const response = await emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`, { method: 'POST' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('answers HEAD as GET, without the body (RFC 9110 section 9.3.2)', async () => {
    const emulator = createEmulator()
    for (const path of ['openid-configuration', 'jwks.json']) {
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => emulator.fetch(`${emulator.issuer}/.well-known/${path}`, { method })),
      )
      expect([head?.status, await head?.text()]).toEqual([200, ''])
      expect([...(head?.headers ?? [])]).toEqual([...(get?.headers ?? [])])
    }
  })
})

function request(emulator: Emulator, input: Record<string, unknown>) {
  return call(emulator, {
    Action: 'GetWebIdentityToken',
    Audience: [audience],
    SigningAlgorithm: 'ES384',
    ...input,
  })
}

async function mint(emulator: Emulator, input: Record<string, unknown>): Promise<string> {
  return (await request(emulator, input)).text('WebIdentityToken') ?? ''
}

async function read(emulator: Emulator, url: string): Promise<{ jwks_uri: string; keys: unknown }> {
  const response = await emulator.fetch(url)
  expect(response.status).toBe(200)
  return response.json()
}
