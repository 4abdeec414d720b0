// Debian's AWS CLI against the emulator: it mints, and it shows AWS's words where it is refused.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { createVerifier, decode } from '../../../src/verify/index.ts'
import { anyInput, aws, mint, output, refusal, type Terminal, whoami } from './aws-cli.ts'
import { startProxy } from './proxy.ts'

const emulator = createEmulator()
const { credentials } = emulator
const servers: { close(): Promise<void> }[] = []

beforeAll(() => served(emulator))
afterAll(async () => {
  for (const server of servers) await server.close()
})

/** The address at which it answers until the tests are over. */
async function served(emulator: Emulator): Promise<string> {
  const server = await serve(emulator)
  servers.push(server)
  return server.url
}

/** Runs it against that emulator, unless told otherwise. */
const terminal = (args: readonly string[], other: Partial<Terminal> = {}) =>
  aws(args, { endpoint: emulator.endpoint, credentials, ...other })

describe('the AWS CLI', () => {
  test('says who calls', async () => {
    expect(await output(terminal(whoami))).toEqual({
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/developer',
    })
  })

  test.each(['ES384', 'RS256'])('mints %s with tags, and the token verifies', async (algorithm) => {
    const audience = ['https://api.example.com', 'urn:b&c=d +%20\u00e9\u{1f600}']
    const tags = { team: 'a b+c', 'gr\u00f6\u00dfe/': '', '\u4e00': 'A=b:c@d' }
    const minted = await output(
      terminal(
        mint({
          Audience: audience,
          SigningAlgorithm: algorithm,
          DurationSeconds: 120,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
    )
    expect(minted).toEqual({ WebIdentityToken: expect.any(String), Expiration: expect.any(String) })
    // As the line above has seen.
    const { WebIdentityToken, Expiration } = minted as { WebIdentityToken: string; Expiration: string }
    const { claims, issuedAt, expiresAt } = await createVerifier({
      audience: 'https://api.example.com',
      issuer: emulator.issuer,
    }).verify(WebIdentityToken)
    expect(claims).toMatchObject({
      aud: audience,
      sub: 'arn:aws:iam::123456789012:user/developer',
      'https://sts.amazonaws.com/': { source_region: 'eu-west-1', request_tags: tags },
    })
    expect(expiresAt.getTime() - issuedAt.getTime()).toBe(120_000)
    expect(expiresAt.getTime()).toBe(Math.floor(Date.parse(Expiration) / 1000) * 1000)
  })

  test('mints by its own way to write lists and tags', async () => {
    const options = [
      ...['--audience', 'one', 'two', '--signing-algorithm', 'ES384', '--duration-seconds', '60'],
      ...[
        '--tags',
        'Key=team,Value=a b',
        'Key=empty,Value=',
        '--query',
        'WebIdentityToken',
        '--output',
        'text',
      ],
    ]
    const { stdout, exitCode } = await terminal(['sts', 'get-web-identity-token', ...options])
    expect(exitCode).toBe(0)
    expect(decode(stdout.trim()).claims).toMatchObject({
      aud: ['one', 'two'],
      'https://sts.amazonaws.com/': { request_tags: { team: 'a b', empty: '' } },
    })
  })

  test("shows AWS's words where federation is off", async () => {
    const endpoint = await served(createEmulator({ federationEnabled: false }))
    expect(await terminal(mint(anyInput), { endpoint })).toEqual(
      refusal(
        'GetWebIdentityToken',
        'OutboundWebIdentityFederationDisabledException',
        'OutboundWebIdentityFederation is disabled.',
      ),
    )
  })

  test('where the session ends before the token would', async () => {
    const session = {
      arn: 'arn:aws:iam::123456789012:role/outbound/worker',
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      sessionExpiration: new Date(Date.now() + 899_000),
    }
    const endpoint = await served(createEmulator({ principals: [session] }))
    expect(
      await terminal(mint({ ...anyInput, DurationSeconds: 3600 }), { endpoint, credentials: session }),
    ).toEqual(
      refusal(
        'GetWebIdentityToken',
        'SessionDurationEscalationException',
        "Requested token expiry time must be before the original session's expiry time.",
      ),
    )
  })

  test('where a rule of the model is broken that it does not check itself', async () => {
    const cases: [input: object, code: string, message: string][] = [
      [
        { ...anyInput, SigningAlgorithm: 'HS256' },
        'ValidationError',
        'Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported algorithms',
      ],
      [
        { ...anyInput, Tags: [{ Key: '<team>\u00e9', Value: '' }] },
        'ValidationError',
        "1 validation error detected: Value '<team>\u00e9' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+",
      ],
      [
        {
          ...anyInput,
          Tags: [
            { Key: 'team', Value: '' },
            { Key: 'Team', Value: '' },
          ],
        },
        'InvalidParameterValue',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      ],
    ]
    for (const [input, code, message] of cases) {
      expect(await terminal(mint(input))).toEqual(refusal('GetWebIdentityToken', code, message))
    }
  })

  test('where the secret is wrong, or the key unknown', async () => {
    const { accessKeyId, secretAccessKey } = credentials
    expect(await terminal(whoami, { credentials: { accessKeyId, secretAccessKey: 'wrong' } })).toEqual(
      refusal(
        'GetCallerIdentity',
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      ),
    )
    expect(await terminal(whoami, { credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey } })).toEqual(
      refusal(
        'GetCallerIdentity',
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
      ),
    )
  })

  test('where its clock is an hour off', async () => {
    const endpoint = await served(createEmulator({ now: () => Date.UTC(2026, 8, 11, 18, 35, 48) }))
    expect(await terminal(whoami, { endpoint, clock: '2026-09-11 17:35:48' })).toEqual(
      refusal(
        'GetCallerIdentity',
        'SignatureDoesNotMatch',
        'Signature expired: 20260911T173548Z is now earlier than 20260911T182048Z (20260911T183548Z - 15 min.)',
      ),
    )
    expect(await terminal(whoami, { endpoint, clock: '2026-09-11 19:35:48' })).toEqual(
      refusal(
        'GetCallerIdentity',
        'SignatureDoesNotMatch',
        'Signature not yet current: 20260911T193548Z is still later than 20260911T185048Z (20260911T183548Z + 15 min.)',
      ),
    )
    expect(await output(terminal(whoami, { endpoint, clock: '2026-09-11 18:40:00' }))).toHaveProperty('Arn')
  })
})

describe("the AWS CLI, which calls by the names of AWS's endpoints", () => {
  let proxy: string
  beforeAll(async () => {
    const server = await startProxy(createEmulator())
    servers.push(server)
    proxy = server.url
  })

  test('mints at the endpoint of its region', async () => {
    const endpoint = 'http://sts.eu-west-1.amazonaws.com'
    expect(await output(terminal(mint(anyInput), { endpoint, proxy }))).toHaveProperty('WebIdentityToken')
  })

  test("shows AWS's words where it signed for another region", async () => {
    const endpoint = 'http://sts.us-east-1.amazonaws.com'
    expect(await terminal(mint(anyInput), { endpoint, proxy, region: 'eu-west-1' })).toEqual(
      refusal(
        'GetWebIdentityToken',
        'SignatureDoesNotMatch',
        'Credential should be scoped to a valid region. ',
      ),
    )
  })

  test('where the global endpoint does not mint, while it says who calls', async () => {
    const globally = { endpoint: 'http://sts.amazonaws.com', proxy, region: 'us-east-1' }
    expect(await terminal(mint(anyInput), globally)).toEqual(
      refusal('GetWebIdentityToken', 'InvalidAction', 'Operation not supported on STS global endpoint'),
    )
    expect(await output(terminal(whoami, globally))).toHaveProperty('Account', '123456789012')
  })
})
