// STS answers in JSON to whoever asks for it by `Accept`, as kubernetes-sigs/aws-iam-authenticator relies on.

import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { type CallOptions, call, now } from '../sts-call.ts'

const json: CallOptions = { headers: { accept: 'application/json' } }

async function ask(parameters: Record<string, unknown>, options = json) {
  const answer = await call(createEmulator({ now: () => now }), parameters, options)
  return { ...answer, body: JSON.parse(answer.xml) }
}

describe('to Accept: application/json', () => {
  test('a result is wrapped as in XML', async () => {
    const { status, headers, body } = await ask({ Action: 'GetCallerIdentity' })
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(body).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: {
          Arn: 'arn:aws:iam::123456789012:user/developer',
          UserId: expect.stringMatching(/^AIDA/),
          Account: '123456789012',
        },
        ResponseMetadata: { RequestId: headers.get('x-amzn-requestid') },
      },
    })
  })

  test('times are seconds, in structures as well', async () => {
    const session = await ask({ Action: 'GetSessionToken', DurationSeconds: 900 })
    const { Credentials } = session.body.GetSessionTokenResponse.GetSessionTokenResult
    expect(Credentials.Expiration).toBe(Math.floor(now / 1000) + 900)
    const token = await ask({
      Action: 'GetWebIdentityToken',
      Audience: ['<&>'],
      SigningAlgorithm: 'ES384',
      DurationSeconds: 60,
    })
    expect(token.body.GetWebIdentityTokenResponse.GetWebIdentityTokenResult).toEqual({
      WebIdentityToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      Expiration: now / 1000 + 60,
    })
  })

  test('booleans are booleans, and what has no result has only metadata', async () => {
    const emulator = createEmulator({ now: () => now })
    const iam = (Action: string) =>
      call(
        emulator,
        { Action, Version: '2010-05-08' },
        { ...json, service: 'iam', url: 'https://iam.amazonaws.com/' },
      )
    const info = JSON.parse((await iam('GetOutboundWebIdentityFederationInfo')).xml)
    expect(
      info.GetOutboundWebIdentityFederationInfoResponse.GetOutboundWebIdentityFederationInfoResult,
    ).toEqual({ IssuerIdentifier: emulator.issuer, JwtVendingEnabled: true })
    expect(JSON.parse((await iam('DisableOutboundWebIdentityFederation')).xml)).toEqual({
      DisableOutboundWebIdentityFederationResponse: { ResponseMetadata: { RequestId: expect.any(String) } },
    })
  })

  test('an error has no wrapper, and its message is not escaped as in XML', async () => {
    const { status, headers, body } = await ask({
      Action: 'GetWebIdentityToken',
      Audience: ['a'],
      SigningAlgorithm: '<&>',
    })
    expect([status, headers.get('content-type')]).toEqual([400, 'application/json'])
    expect(body).toEqual({
      Error: {
        Code: 'ValidationError',
        Message:
          "1 validation error detected: Value '<&>' at 'signingAlgorithm' failed to satisfy constraint: Member must have length greater than or equal to 5",
        Type: 'Sender',
      },
      RequestId: headers.get('x-amzn-requestid'),
    })
  })

  test.each(['*/*', 'text/xml', ''])('but to %j XML', async (accept) => {
    const answer = await call(
      createEmulator({ now: () => now }),
      { Action: 'GetCallerIdentity' },
      { headers: { accept } },
    )
    expect([answer.headers.get('content-type'), answer.xml.slice(0, 26)]).toEqual([
      'text/xml',
      '<GetCallerIdentityResponse',
    ])
  })
})

test('a time in XML has a fraction only where there is one', async () => {
  const mint = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
  const at = async (time: number) =>
    (await call(createEmulator({ now: () => time }), mint, { signedAt: time })).text('Expiration')
  expect([await at(now), await at(Math.floor(now / 1000) * 1000)]).toEqual([
    '2026-09-11T18:40:48.279Z',
    '2026-09-11T18:40:48Z',
  ])
})
