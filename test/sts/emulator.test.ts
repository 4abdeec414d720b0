// The client against the emulator, which verifies each signature by itself: the way from end to end.

import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import {
  type GetWebIdentityTokenInput,
  isOutboundWebIdentityFederationDisabledException,
  isServiceError,
  isSessionDurationEscalationException,
  type SigningAlgorithm,
} from '../../src/index.ts'
import { INPUT, makeClient, rejectionOf } from '../support/client.ts'

type TestEmulator = ReturnType<typeof createEmulator>

async function verify(emulator: TestEmulator, token: string, algorithm: SigningAlgorithm) {
  const discovery = await emulator.fetch(`${emulator.issuer}/.well-known/openid-configuration`)
  const { jwks_uri, issuer } = (await discovery.json()) as { jwks_uri: string; issuer: string }
  const keys = (await (await emulator.fetch(jwks_uri)).json()) as JSONWebKeySet
  return jwtVerify(token, createLocalJWKSet(keys), { issuer, algorithms: [algorithm] })
}

describe.each<SigningAlgorithm>(['RS256', 'ES384'])('%s', (signingAlgorithm) => {
  test('a token is minted, and a library that is not ours verifies it by the published keys', async () => {
    const emulator = createEmulator()
    const client = makeClient({ fetch: emulator.fetch, credentials: emulator.credentials })
    const before = Date.now()
    const { webIdentityToken, expiration } = await client.getWebIdentityToken({
      audience: ['https://a.example', 'b c'],
      signingAlgorithm,
      durationSeconds: 600,
      tags: [{ key: 'Team', value: 'platform é' }],
    })
    const { payload, protectedHeader } = await verify(emulator, webIdentityToken, signingAlgorithm)
    expect(protectedHeader.alg).toBe(signingAlgorithm)
    expect(payload).toMatchObject({
      aud: ['https://a.example', 'b c'],
      sub: 'arn:aws:iam::123456789012:user/developer',
      'https://sts.amazonaws.com/': {
        aws_account: '123456789012',
        source_region: 'us-east-1',
        request_tags: { Team: 'platform é' },
      },
    })
    expect(payload.exp).toBe(Math.floor(expiration.getTime() / 1000))
    expect(expiration.getTime()).toBeGreaterThanOrEqual(before + 600_000)
    expect(expiration.getTime()).toBeLessThan(before + 660_000)
  })
})

test('what is hard to escape is signed as it is sent, and arrives', async () => {
  const emulator = createEmulator()
  const client = makeClient({
    fetch: emulator.fetch,
    credentials: emulator.credentials,
    validateInput: false,
  })
  const audience = [
    "az AZ09-._~!*'()",
    '+/:=&%?#',
    'line\nbreak\r\n\ttab',
    '\u{1f600}\u00e9',
    ' ',
    '%20',
    '<&>"',
  ]
  const { webIdentityToken } = await client.getWebIdentityToken({ ...INPUT, audience })
  const { payload } = await verify(emulator, webIdentityToken, 'ES384')
  expect(payload.aud).toEqual(audience)
})

test('the caller is told who they are', async () => {
  const { fetch, credentials } = createEmulator()
  expect(await makeClient({ fetch, credentials }).getCallerIdentity()).toMatchObject({
    account: '123456789012',
    arn: 'arn:aws:iam::123456789012:user/developer',
  })
})

test('temporary credentials are sent with their session token, signed', async () => {
  const principal = {
    arn: 'arn:aws:iam::123456789012:role/app/deploy',
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'session/token+with=signs',
    sessionName: 'tuesday',
  }
  const { fetch, credentials } = createEmulator({ principals: [principal] })
  expect((await makeClient({ fetch, credentials }).getCallerIdentity()).arn).toBe(
    'arn:aws:sts::123456789012:assumed-role/deploy/tuesday',
  )
  const { accessKeyId, secretAccessKey } = principal
  const withoutToken = makeClient({ fetch, credentials: { accessKeyId, secretAccessKey } })
  expect(await rejectionOf(withoutToken.getCallerIdentity())).toMatchObject({
    code: 'InvalidClientTokenId',
    statusCode: 403,
  })
})

describe('what STS refuses arrives as the error that it is', () => {
  test('federation that is switched off', async () => {
    const { fetch, credentials } = createEmulator({ federationEnabled: false })
    const error = await rejectionOf(makeClient({ fetch, credentials }).getWebIdentityToken(INPUT))
    expect(isOutboundWebIdentityFederationDisabledException(error)).toBe(true)
    expect(error).toMatchObject({ statusCode: 403, fault: 'client', retryable: false })
  })

  test('a session that ends before the token', async () => {
    const sessionExpiration = new Date(Date.now() + 299_000)
    const principal = {
      arn: 'arn:aws:iam::123456789012:role/deploy',
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      sessionExpiration,
    }
    const { fetch, credentials } = createEmulator({ principals: [principal] })
    const client = makeClient({ fetch, credentials })
    const error = await rejectionOf(client.getWebIdentityToken(INPUT))
    expect(isSessionDurationEscalationException(error)).toBe(true)
    expect(await client.getWebIdentityToken({ ...INPUT, durationSeconds: 60 })).toHaveProperty('expiration')
  })

  test('a wrong secret, a wrong key, a clock that is off', async () => {
    const { fetch, credentials } = createEmulator()
    const codeOf = async (client: ReturnType<typeof makeClient>) => {
      const error = await rejectionOf(client.getCallerIdentity())
      return isServiceError(error) ? `${error.statusCode} ${error.code}` : error
    }
    expect(
      await codeOf(makeClient({ fetch, credentials: { ...credentials, secretAccessKey: 'wrong' } })),
    ).toBe('403 SignatureDoesNotMatch')
    expect(
      await codeOf(makeClient({ fetch, credentials: { ...credentials, accessKeyId: 'AKIAWRONG' } })),
    ).toBe('403 InvalidClientTokenId')
    const anHourAhead = createEmulator({ now: () => Date.now() + 3_600_000 })
    expect(await codeOf(makeClient({ fetch: anHourAhead.fetch, credentials }))).toBe(
      '403 SignatureDoesNotMatch',
    )
  })

  test('an input that AWS refuses when this client does not', async () => {
    const { fetch, credentials } = createEmulator()
    const client = makeClient({ fetch, credentials, validateInput: false })
    const input: GetWebIdentityTokenInput = { ...INPUT, durationSeconds: 43200 }
    expect(await rejectionOf(client.getWebIdentityToken(input))).toMatchObject({
      code: 'ValidationError',
      statusCode: 400,
      message:
        "1 validation error detected: Value '43200' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 3600",
    })
  })
})
