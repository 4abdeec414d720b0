// The AWS SDK for JavaScript where the account has more to say: chains of roles, web identities of others, and IAM's
// switch of the federation, all at one address.

import {
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  FeatureDisabledException,
  FeatureEnabledException,
  GetOutboundWebIdentityFederationInfoCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  ExpiredTokenException,
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  InvalidIdentityTokenException,
  STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { rejectionOf } from '../support/client.ts'

const account = '123456789012'
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`
const idp = 'https://idp.example.com'
const idpKeys = await generateKeyPair('ES256')
let clockOffset = 0
const emulator = createEmulator({
  principals: [
    {
      arn: `arn:aws:iam::${account}:user/developer`,
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
    { arn: role('hub') },
    { arn: role('outbound/spoke'), tags: { team: 'web' } },
    {
      arn: role('ci'),
      trustPolicy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/idp.example.com` },
          Action: 'sts:AssumeRoleWithWebIdentity',
        },
      },
    },
  ],
  trustedIssuers: [
    { issuer: idp, audiences: ['sts.amazonaws.com'], jwks: { keys: [await exportJWK(idpKeys.publicKey)] } },
  ],
  now: () => Date.now() + clockOffset,
})
let server: Awaited<ReturnType<typeof serve>>
const clients: (STSClient | IAMClient)[] = []
beforeAll(async () => {
  server = await serve(emulator)
})
afterAll(async () => {
  for (const client of clients) client.destroy()
  await server.close()
})

/** A client with the credentials of a session, or those of the user. */
function sts(session?: Credentials): STSClient {
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken = '',
  } = session ?? {}
  const credentials =
    session === undefined
      ? emulator.credentials
      : { accessKeyId, secretAccessKey, sessionToken: SessionToken }
  const client = new STSClient({ region: 'eu-west-1', endpoint: server.url, credentials })
  clients.push(client)
  return client
}

const mint = new GetWebIdentityTokenCommand({
  Audience: ['https://api.example.com'],
  SigningAlgorithm: 'ES384',
})

describe('the AWS SDK', () => {
  test('assumes a role from a role, and mints from that session', async () => {
    const { Credentials: hub } = await sts().send(
      new AssumeRoleCommand({
        RoleArn: role('hub'),
        RoleSessionName: 'first',
        Tags: [
          { Key: 'job', Value: 'a b+c' },
          { Key: 'stays', Value: 'here' },
        ],
        TransitiveTagKeys: ['job'],
        SourceIdentity: 'ada',
      }),
    )
    const { Credentials: spoke, AssumedRoleUser } = await sts(hub).send(
      new AssumeRoleCommand({
        RoleArn: role('outbound/spoke'),
        RoleSessionName: 'second',
        DurationSeconds: 900,
      }),
    )
    expect(AssumedRoleUser).toEqual({
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:second$/),
      Arn: `arn:aws:sts::${account}:assumed-role/spoke/second`,
    })
    expect(await sts(spoke).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: AssumedRoleUser?.Arn,
    })

    const { WebIdentityToken = '' } = await sts(spoke).send(mint)
    expect(decodeJwt(WebIdentityToken)).toMatchObject({
      sub: role('outbound/spoke'),
      'https://sts.amazonaws.com/': {
        principal_tags: { team: 'web', job: 'a b+c' },
        source_identity: 'ada',
        original_session_exp: spoke?.Expiration?.toISOString().replace('.000Z', 'Z'),
      },
    })
  })

  test('is refused a session of more than an hour from a role, and a role that is not there', async () => {
    const { Credentials } = await sts().send(
      new AssumeRoleCommand({ RoleArn: role('hub'), RoleSessionName: 'first' }),
    )
    const long = { RoleArn: role('outbound/spoke'), RoleSessionName: 'long', DurationSeconds: 3601 }
    const tooLong = await rejectionOf(sts(Credentials).send(new AssumeRoleCommand(long)))
    expect(tooLong).toBeInstanceOf(STSServiceException)
    expect(tooLong).toMatchObject({
      name: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    })
    const nobody = { RoleArn: role('nobody'), RoleSessionName: 'first' }
    const absent = await rejectionOf(sts().send(new AssumeRoleCommand(nobody)))
    expect(absent).toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${account}:user/developer is not authorized to perform: sts:AssumeRole on resource: ${role('nobody')}`,
      $metadata: { httpStatusCode: 403 },
    })
  })

  describe('with the token of another issuer', () => {
    const tokenOf = (issuer: string, lifetime = '5m') =>
      new SignJWT()
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(issuer)
        .setSubject('repo:main')
        .setAudience('sts.amazonaws.com')
        .setIssuedAt()
        .setExpirationTime(lifetime)
        .sign(idpKeys.privateKey)

    async function assume(WebIdentityToken: string) {
      // No credentials: the token is the proof.
      const client = new STSClient({ region: 'eu-west-1', endpoint: server.url })
      clients.push(client)
      return client.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: role('ci'),
          RoleSessionName: 'build',
          WebIdentityToken,
        }),
      )
    }

    test('assumes a role without credentials, and mints', async () => {
      const { Credentials, ...rest } = await assume(await tokenOf(idp))
      expect(rest).toMatchObject({
        SubjectFromWebIdentityToken: 'repo:main',
        Audience: 'sts.amazonaws.com',
        Provider: `arn:aws:iam::${account}:oidc-provider/idp.example.com`,
      })
      const { WebIdentityToken = '' } = await sts(Credentials).send(mint)
      expect(decodeJwt(WebIdentityToken).sub).toBe(role('ci'))
    })

    test('throws its classes for a token that is over, and for one that AWS itself issued', async () => {
      expect(await rejectionOf(assume(await tokenOf(idp, '-1m')))).toBeInstanceOf(ExpiredTokenException)
      const { WebIdentityToken = '' } = await sts().send(mint)
      const error = await rejectionOf(assume(WebIdentityToken))
      expect(error).toBeInstanceOf(InvalidIdentityTokenException)
      expect(error).toMatchObject({ $metadata: { httpStatusCode: 400 } })
    })
  })

  test('switches the federation off and on again, with its classes for what is so already', async () => {
    const { credentials } = emulator
    const iam = new IAMClient({ region: 'us-east-1', endpoint: server.url, credentials })
    clients.push(iam)
    const [enable, disable, info] = [
      new EnableOutboundWebIdentityFederationCommand({}),
      new DisableOutboundWebIdentityFederationCommand({}),
      new GetOutboundWebIdentityFederationInfoCommand({}),
    ]
    const enabled = { IssuerIdentifier: emulator.issuer, JwtVendingEnabled: true }
    expect(await iam.send(info)).toMatchObject(enabled)
    const tooEarly = await rejectionOf(iam.send(enable))
    expect(tooEarly).toBeInstanceOf(FeatureEnabledException)
    expect(tooEarly).toMatchObject({
      message: `Outbound identity federation is already enabled for account ${account}`,
      $metadata: { httpStatusCode: 409 },
    })

    expect(await iam.send(disable)).toMatchObject({ $metadata: { httpStatusCode: 200 } })
    for (const command of [disable, info]) {
      const error = await rejectionOf(iam.send(command))
      expect(error).toBeInstanceOf(FeatureDisabledException)
      expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } })
    }
    clockOffset += 13_000
    expect(await rejectionOf(sts().send(mint))).toMatchObject({
      name: 'OutboundWebIdentityFederationDisabledException',
    })

    expect(await iam.send(enable)).toMatchObject({ IssuerIdentifier: emulator.issuer })
    clockOffset += 13_000
    expect(await iam.send(info)).toMatchObject(enabled)
    expect(await sts().send(mint)).toHaveProperty('WebIdentityToken')
  })
})
