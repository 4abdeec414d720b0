// Debian's AWS CLI where the account has more to say: roles and other sessions, policies, and IAM's switch of the
// federation, which Debian's CLI knows by test/vectors/aws-models/iam alone.

import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator, type EmulatorCredentials, type PolicyDocument } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { createVerifier, decode } from '../../../src/verify/index.ts'
import { anyInput, aws, mint, output, refusal, type Terminal, whoami } from './aws-cli.ts'

const account = '123456789012'
const allow = (...Action: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})
const deny: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'sts:*', Resource: '*' }],
}

/** A user by whose name the tests call. */
const user = (name: string, policies: Record<string, PolicyDocument> = { all: allow('*') }) => ({
  arn: `arn:aws:iam::${account}:user/${name}`,
  accessKeyId: `AKIA${name.toUpperCase().replace('-', '')}`.padEnd(20, 'X'),
  secretAccessKey: `secret/of+${name}`,
  policies,
})
const developer = user('developer')
const plain = user('plain', { mint: allow('sts:GetWebIdentityToken') })
const noGrants = user('no-grants', {})
const denied = user('denied', { all: allow('*'), none: deny })

const idp = 'https://idp.example.com'
const idpKeys = await generateKeyPair('RS256')
const now = { offset: 0 }
const emulator = createEmulator({
  principals: [
    developer,
    plain,
    noGrants,
    denied,
    { arn: `arn:aws:iam::${account}:role/outbound/worker`, tags: { team: 'web' } },
    {
      arn: `arn:aws:iam::${account}:role/ci`,
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/idp.example.com` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { 'idp.example.com:sub': 'repo:main' } },
          },
        ],
      },
    },
  ],
  trustedIssuers: [
    {
      issuer: idp,
      audiences: ['sts.amazonaws.com'],
      jwks: { keys: [await exportJWK(idpKeys.publicKey)] },
    },
  ],
  now: () => Date.now() + now.offset,
})
let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve(emulator)
})
afterAll(() => server.close())

/** Runs it as the developer, unless told otherwise. */
const terminal = (args: readonly string[], other: Partial<Terminal> = {}) =>
  aws(args, { endpoint: server.url, credentials: developer, ...other })

/** The credentials that the CLI prints for a session. */
async function session(args: readonly string[], other?: Partial<Terminal>): Promise<EmulatorCredentials> {
  const printed = await output(terminal(['sts', ...args], other))
  expect(printed).toMatchObject({
    Credentials: {
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^\S{40}$/),
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
    },
  })
  // As the lines above have seen.
  const { Credentials } = printed as {
    Credentials: Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string>
  }
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  }
}

async function claimsFor(credentials: EmulatorCredentials): Promise<unknown> {
  // The CLI prints it, or the test ends.
  const { WebIdentityToken } = (await output(terminal(mint(anyInput), { credentials }))) as {
    WebIdentityToken: string
  }
  await createVerifier({ audience: 'https://api.example.com', issuer: emulator.issuer }).verify(
    WebIdentityToken,
  )
  return decode(WebIdentityToken).claims
}

const roleOptions = (role: string, name: string) => [
  ...['--role-arn', `arn:aws:iam::${account}:role/${role}`, '--role-session-name', name],
]

describe('the AWS CLI', () => {
  test('assumes a role, says so, and mints from its session', async () => {
    const credentials = await session([
      'assume-role',
      ...roleOptions('outbound/worker', 'nightly'),
      ...['--tags', 'Key=job,Value=a b', '--transitive-tag-keys', 'job', '--source-identity', 'ada'],
    ])
    expect(await output(terminal(whoami, { credentials }))).toEqual({
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:nightly$/),
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/worker/nightly`,
    })
    expect(await claimsFor(credentials)).toMatchObject({
      sub: `arn:aws:iam::${account}:role/outbound/worker`,
      'https://sts.amazonaws.com/': {
        principal_tags: { team: 'web', job: 'a b' },
        source_identity: 'ada',
        original_session_exp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    })
  })

  test('assumes a role by the token of a trusted issuer, without any credentials of AWS', async () => {
    const signed = (sub: string) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer(idp)
        .setSubject(sub)
        .setAudience('sts.amazonaws.com')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(idpKeys.privateKey)
    const ask = async (sub: string) => [
      ...['assume-role-with-web-identity', ...roleOptions('ci', 'build')],
      ...['--web-identity-token', await signed(sub)],
    ]
    const nobody = { credentials: undefined }
    const credentials = await session(await ask('repo:main'), nobody)
    expect(await claimsFor(credentials)).toMatchObject({ sub: `arn:aws:iam::${account}:role/ci` })
    expect(await terminal(['sts', ...(await ask('repo:fork'))], nobody)).toEqual(
      refusal(
        'AssumeRoleWithWebIdentity',
        'AccessDenied',
        'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      ),
    )
  })

  test('mints from a session of GetSessionToken, and not from one of GetFederationToken', async () => {
    expect(await claimsFor(await session(['get-session-token']))).toMatchObject({ sub: developer.arn })
    const policy = JSON.stringify(allow('*'))
    const federated = await session(['get-federation-token', '--name', 'guest', '--policy', policy])
    expect(await terminal(mint(anyInput), { credentials: federated })).toEqual(
      refusal(
        'GetWebIdentityToken',
        'AccessDenied',
        'GetWebIdentityToken does not support federated user sessions',
      ),
    )
  })

  test('says whose an access key is', async () => {
    expect(
      await output(terminal(['sts', 'get-access-key-info', '--access-key-id', developer.accessKeyId])),
    ).toEqual({ Account: account })
  })

  test("shows AWS's words where no policy allows, where one denies, and where tags are not allowed", async () => {
    const of = (name: string) => `User: arn:aws:iam::${account}:user/${name} is not authorized to perform`
    const on = `on resource: arn:aws:sts::${account}:self`
    expect(await terminal(mint(anyInput), { credentials: noGrants })).toEqual(
      refusal(
        'GetWebIdentityToken',
        'AccessDenied',
        `${of('no-grants')}: sts:GetWebIdentityToken ${on} because no identity-based policy allows the sts:GetWebIdentityToken action`,
      ),
    )
    expect(await terminal(mint(anyInput), { credentials: denied })).toEqual(
      refusal(
        'GetWebIdentityToken',
        'AccessDenied',
        `${of('denied')}: sts:GetWebIdentityToken ${on} with an explicit deny in an identity-based policy`,
      ),
    )
    const tagged = mint({ ...anyInput, Tags: [{ Key: 'team', Value: 'test' }] })
    expect(await terminal(tagged, { credentials: plain })).toEqual(
      refusal(
        'GetWebIdentityToken',
        'AccessDenied',
        `${of('plain')}: sts:TagGetWebIdentityToken ${on} because no identity-based policy allows the sts:TagGetWebIdentityToken action`,
      ),
    )
    expect(await output(terminal(mint(anyInput), { credentials: plain }))).toHaveProperty('WebIdentityToken')
  })

  test('switches the federation off and on again, which STS hears of later', async () => {
    const iam = (operation: string) => terminal(['iam', operation])
    const enabled = { IssuerIdentifier: emulator.issuer, JwtVendingEnabled: true }
    expect(await output(iam('get-outbound-web-identity-federation-info'))).toEqual(enabled)
    expect(await iam('enable-outbound-web-identity-federation')).toEqual(
      refusal(
        'EnableOutboundWebIdentityFederation',
        'FeatureEnabled',
        `Outbound identity federation is already enabled for account ${account}`,
      ),
    )

    expect(await output(iam('disable-outbound-web-identity-federation'))).toBeUndefined()
    expect(await iam('disable-outbound-web-identity-federation')).toEqual(
      refusal(
        'DisableOutboundWebIdentityFederation',
        'FeatureDisabled',
        `Outbound identity federation is already disabled for account ${account}`,
      ),
    )
    expect(await iam('get-outbound-web-identity-federation-info')).toEqual(
      refusal(
        'GetOutboundWebIdentityFederationInfo',
        'FeatureDisabled',
        `Outbound identity federation is disabled for account ${account}`,
      ),
    )
    now.offset += 13_000
    expect(await terminal(mint(anyInput))).toEqual(
      refusal(
        'GetWebIdentityToken',
        'OutboundWebIdentityFederationDisabledException',
        'OutboundWebIdentityFederation is disabled.',
      ),
    )

    expect(await output(iam('enable-outbound-web-identity-federation'))).toEqual({
      IssuerIdentifier: emulator.issuer,
    })
    now.offset += 13_000
    expect(await output(iam('get-outbound-web-identity-federation-info'))).toEqual(enabled)
    expect(await output(terminal(mint(anyInput)))).toHaveProperty('WebIdentityToken')
  })
})
