// Debian's boto3 against the emulator: its own checks on, its classes of errors, and URLs that it presigns.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { createVerifier, decode } from '../../../src/verify/index.ts'
import { environmentOf } from './environment.ts'
import { type Python, startPython } from './python.ts'

const role = 'arn:aws:iam::123456789012:role/outbound/worker'
const emulator = createEmulator({
  principals: [
    {
      arn: 'arn:aws:iam::123456789012:user/developer',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
    { arn: role },
  ],
})
const { credentials } = emulator
let server: Awaited<ReturnType<typeof serve>>
let python: Python
beforeAll(async () => {
  server = await serve(emulator)
  python = startPython('boto.py', environmentOf({ credentials }))
})
afterAll(async () => {
  await python.end()
  await server.close()
})

/** What `boto3.client('sts', …)` answers to a call of that method. */
function sts(call: string, input: object = {}, client: object = {}): Promise<unknown> {
  return python.ask({ client: { service_name: 'sts', endpoint_url: server.url, ...client }, call, input })
}

const anyInput = { Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' }

describe('boto3', () => {
  test('says who calls', async () => {
    expect(await sts('get_caller_identity')).toEqual({
      output: {
        UserId: expect.stringMatching(/^AIDA/),
        Account: '123456789012',
        Arn: 'arn:aws:iam::123456789012:user/developer',
      },
    })
  })

  test.each(['RS256', 'ES384'])('mints %s with tags, and the token verifies', async (SigningAlgorithm) => {
    const Tags = [{ Key: 'team', Value: 'a b+c' }]
    const { output } = (await sts('get_web_identity_token', { ...anyInput, SigningAlgorithm, Tags })) as {
      output: { WebIdentityToken: string; Expiration: string }
    }
    const verifier = createVerifier({ audience: 'https://api.example.com', issuer: emulator.issuer })
    const { requestTags, expiresAt } = await verifier.verify(output.WebIdentityToken)
    expect(requestTags).toEqual({ team: 'a b+c' })
    expect(expiresAt.getTime()).toBe(Math.floor(Date.parse(output.Expiration) / 1000) * 1000)
  })

  test('assumes a role, and mints from its session', async () => {
    const { output } = (await sts('assume_role', { RoleArn: role, RoleSessionName: 'nightly' })) as {
      output: { Credentials: Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string> }
    }
    const { AccessKeyId, SecretAccessKey, SessionToken } = output.Credentials
    const session = {
      aws_access_key_id: AccessKeyId,
      aws_secret_access_key: SecretAccessKey,
      aws_session_token: SessionToken,
    }
    expect(await sts('get_caller_identity', {}, session)).toMatchObject({
      output: { Arn: 'arn:aws:sts::123456789012:assumed-role/worker/nightly' },
    })
    const minted = (await sts('get_web_identity_token', anyInput, session)) as {
      output: { WebIdentityToken: string }
    }
    expect(decode(minted.output.WebIdentityToken).claims).toMatchObject({ sub: role })
  })

  test('knows the state of the federation, and raises the class for what is so already', async () => {
    const iam = (call: string) =>
      python.ask({ client: { service_name: 'iam', endpoint_url: server.url }, call })
    expect(await iam('get_outbound_web_identity_federation_info')).toEqual({
      output: { IssuerIdentifier: emulator.issuer, JwtVendingEnabled: true },
    })
    expect(await iam('enable_outbound_web_identity_federation')).toMatchObject({
      error: { class: 'FeatureEnabledException', statusCode: 409, code: 'FeatureEnabled' },
    })
  })

  test('raises the class of each exception of the operation', async () => {
    const disabled = createEmulator({ federationEnabled: false })
    const { url, close } = await serve(disabled)
    try {
      expect(await sts('get_web_identity_token', anyInput, { endpoint_url: url })).toEqual({
        error: {
          class: 'OutboundWebIdentityFederationDisabledException',
          statusCode: 403,
          code: 'OutboundWebIdentityFederationDisabledException',
          message: 'OutboundWebIdentityFederation is disabled.',
          text: 'An error occurred (OutboundWebIdentityFederationDisabledException) when calling the GetWebIdentityToken operation: OutboundWebIdentityFederation is disabled.',
        },
      })
    } finally {
      await close()
    }
    const long = { ...anyInput, Audience: Array.from({ length: 10 }, () => '\u{20000}'.repeat(1000)) }
    expect(await sts('get_web_identity_token', long)).toMatchObject({
      error: {
        class: 'JWTPayloadSizeExceededException',
        statusCode: 400,
        message: 'The requested token payload size exceeds the maximum allowed size.',
      },
    })
  })

  test('raises ClientError for what is no exception of the operation', async () => {
    expect(
      await sts('get_caller_identity', {}, { aws_access_key_id: 'AKIAUNKNOWN', aws_secret_access_key: 'x' }),
    ).toEqual({
      error: {
        class: 'ClientError',
        statusCode: 403,
        code: 'InvalidClientTokenId',
        message: 'The security token included in the request is invalid.',
        text: 'An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token included in the request is invalid.',
      },
    })
  })

  // EKS and Vault take such a URL for a proof of who sent it. Its method is the model's POST unless it is given.
  test.each(['GET', 'POST'])(
    'presigns a URL for %s that says who called, for a quarter of an hour whatever it asks for',
    async (HttpMethod) => {
      let now = Date.now()
      const moving = createEmulator({ now: () => now })
      const { url, close } = await serve(moving)
      try {
        const { output } = (await sts(
          'generate_presigned_url',
          { ClientMethod: 'get_caller_identity', HttpMethod, ExpiresIn: 60 },
          { endpoint_url: url },
        )) as { output: string }
        const request = new Request(output, { method: HttpMethod })
        expect(await (await fetch(request)).text()).toContain(
          '<Arn>arn:aws:iam::123456789012:user/developer</Arn>',
        )
        now += 800_000
        expect((await fetch(request)).status).toBe(200)
        now += 102_000
        const late = await fetch(request)
        expect(late.status).toBe(403)
        expect(await late.text()).toMatch(
          /<Code>SignatureDoesNotMatch<\/Code><Message>Signature expired: \w+ is now earlier than \w+ \(\w+ - 15 min\.\)/,
        )
      } finally {
        await close()
      }
    },
  )
})
