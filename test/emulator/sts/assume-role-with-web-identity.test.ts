import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type PolicyDocument,
} from '../../../src/emulator/index.ts'
import { call, flatten, now, send } from '../sts-call.ts'

const account = '123456789012'
const role = `arn:aws:iam::${account}:role/deploy`
const issuer = 'https://token.actions.githubusercontent.com'
const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`

function trusting(
  condition: unknown,
  actions: string | string[] = 'sts:AssumeRoleWithWebIdentity',
): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Federated: provider }, Action: actions, Condition: condition },
    ],
  } as PolicyDocument
}

const subject = 'repo:octo/app:ref:refs/heads/main'
const rightCondition = {
  StringEquals: { [`${issuer.slice(8)}:aud`]: 'sts.amazonaws.com', [`${issuer.slice(8)}:sub`]: subject },
}

function tagged(tags: unknown, transitiveKeys: unknown = []): Record<string, unknown> {
  return { 'https://aws.amazonaws.com/tags': { principal_tags: tags, transitive_tag_keys: transitiveKeys } }
}

async function setUp(options: EmulatorOptions = {}, trustPolicy = trusting(rightCondition)) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }
  const emulator = createEmulator({
    now: () => now,
    principals: [
      { arn: `arn:aws:iam::${account}:user/a`, accessKeyId: 'AKIA', secretAccessKey: 's' },
      { arn: role, trustPolicy },
    ],
    trustedIssuers: [{ issuer, audiences: ['sts.amazonaws.com'], jwks }],
    ...options,
  })
  const seconds = Math.floor(now / 1000)
  const tokenOf = (claims: JWTPayload = {}, key: CryptoKey = privateKey) =>
    new SignJWT({
      iss: issuer,
      sub: subject,
      aud: 'sts.amazonaws.com',
      iat: seconds,
      exp: seconds + 300,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(key)
  const assume = async (WebIdentityToken: string, more: Record<string, unknown> = {}) => {
    const parameters = {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: 'ci',
      WebIdentityToken,
      ...more,
    }
    // Nothing is signed.
    const answer = await send(
      emulator,
      new Request(emulator.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: flatten(parameters),
      }),
    )
    return { ...answer, verdict: [answer.status, answer.text('Code'), answer.text('Message')] }
  }
  return { emulator, tokenOf, assume, jwks }
}

test('gives a session of the role, which may mint', async () => {
  const { emulator, tokenOf, assume } = await setUp()
  const answer = await assume(await tokenOf())
  expect(answer.xml.match(/<(\w+)>/g)?.slice(1, 4)).toEqual([
    '<Audience>',
    '<AssumedRoleUser>',
    '<AssumedRoleId>',
  ])
  expect(['Audience', 'Provider', 'SubjectFromWebIdentityToken', 'Arn'].map(answer.text)).toEqual([
    'sts.amazonaws.com',
    provider,
    subject,
    `arn:aws:sts::${account}:assumed-role/deploy/ci`,
  ])
  const credentials = {
    accessKeyId: answer.text('AccessKeyId') ?? '',
    secretAccessKey: answer.text('SecretAccessKey') ?? '',
    sessionToken: answer.text('SessionToken') ?? '',
  }
  const mint = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
  expect((await call(emulator, mint, { credentials })).status).toBe(200)
  expect(emulator.requests.at(-1)?.token?.claims['https://sts.amazonaws.com/']).toMatchObject({
    federated_provider: provider,
  })
})

test('the token is in no record', async () => {
  const { emulator, tokenOf, assume } = await setUp()
  const token = await tokenOf()
  await assume(token)
  expect(emulator.requests[0]?.parameters).toMatchObject({ WebIdentityToken: '***', RoleSessionName: 'ci' })
  expect(JSON.stringify(emulator.requests)).not.toContain(token.split('.')[2])
})

test('keys are found through discovery', async () => {
  const asked: string[] = []
  const { tokenOf, assume, jwks } = await setUp({
    trustedIssuers: [{ issuer, audiences: ['sts.amazonaws.com'] }],
    fetch: async (input) => {
      asked.push(String(input))
      return Response.json(String(input).endsWith('/jwks') ? jwks : { issuer, jwks_uri: `${issuer}/jwks` })
    },
  })
  expect((await assume(await tokenOf())).status).toBe(200)
  expect(asked).toEqual([`${issuer}/.well-known/openid-configuration`, `${issuer}/jwks`])
})

test('one of several audiences is enough, and the answer names it', async () => {
  const { tokenOf, assume } = await setUp()
  const answer = await assume(await tokenOf({ aud: ['other', 'sts.amazonaws.com'] }))
  expect([answer.status, answer.text('Audience')]).toEqual([200, 'sts.amazonaws.com'])
})

test('an issuer may end in a slash', async () => {
  const slashed = `${issuer}/`
  const asked: string[] = []
  const { tokenOf, assume } = await setUp({
    trustedIssuers: [{ issuer: slashed, audiences: ['sts.amazonaws.com'] }],
    fetch: async (input) => {
      asked.push(String(input))
      return new Response(null, { status: 404 })
    },
  })
  await assume(await tokenOf({ iss: slashed }))
  expect(asked).toEqual([`${issuer}/.well-known/openid-configuration`])
})

describe('what else the token says of the session', () => {
  const all = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity']
  const tagged = {
    'https://aws.amazonaws.com/tags': {
      principal_tags: { team: ['blue'], stage: ['test'] },
      transitive_tag_keys: ['team'],
    },
    'https://aws.amazonaws.com/source_identity': 'alice',
  }

  test.each([
    ['a tag', 'sts:TagSession'],
    ['a source identity', 'sts:SetSourceIdentity'],
  ])('%s needs a permission of its own', async (_, lacking) => {
    const { tokenOf, assume } = await setUp(
      {},
      trusting(
        rightCondition,
        all.filter((each) => each !== lacking),
      ),
    )
    expect((await assume(await tokenOf(tagged))).verdict).toEqual([
      403,
      'AccessDenied',
      `Not authorized to perform ${lacking}`,
    ])
  })

  test('tags and a source identity go down a chain as it says', async () => {
    const other = `arn:aws:iam::${account}:role/other`
    const open = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:*' },
    } as const
    const { emulator, tokenOf, assume } = await setUp({
      principals: [
        { arn: `arn:aws:iam::${account}:user/a`, accessKeyId: 'AKIA', secretAccessKey: 's' },
        { arn: role, trustPolicy: trusting(rightCondition, all) },
        { arn: other, trustPolicy: open },
      ],
    })
    const credentialsOf = ({ text }: { text(name: string): string | undefined }) => ({
      accessKeyId: text('AccessKeyId') ?? '',
      secretAccessKey: text('SecretAccessKey') ?? '',
      sessionToken: text('SessionToken') ?? '',
    })
    const first = credentialsOf(await assume(await tokenOf(tagged)))
    const chain = { Action: 'AssumeRole', RoleArn: other, RoleSessionName: 'next' }
    const second = credentialsOf(await call(emulator, chain, { credentials: first }))
    const mint = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }
    for (const credentials of [first, second]) await call(emulator, mint, { credentials })
    const [ofFirst, ofSecond] = emulator.requests
      .slice(-2)
      .map(({ token }) => token?.claims['https://sts.amazonaws.com/'])
    expect(ofFirst).toMatchObject({
      principal_tags: { team: 'blue', stage: 'test' },
      source_identity: 'alice',
    })
    expect(ofSecond).toMatchObject({ principal_tags: { team: 'blue' }, source_identity: 'alice' })
    expect(ofSecond).not.toHaveProperty('principal_tags.stage')
  })

  test('and the name that is asked for can be demanded', async () => {
    const { tokenOf, assume } = await setUp({}, trusting({ StringLike: { 'sts:RoleSessionName': 'ci*' } }))
    expect((await assume(await tokenOf())).status).toBe(200)
    expect((await assume(await tokenOf(), { RoleSessionName: 'me' })).status).toBe(403)
  })

  test('and the region of the endpoint, though nothing is signed', async () => {
    const { emulator, tokenOf } = await setUp(
      {},
      trusting({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }),
    )
    const WebIdentityToken = await tokenOf()
    const form = flatten({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: 'ci',
      WebIdentityToken,
    })
    const statusAt = async (region: string) =>
      (await emulator.fetch(`https://sts.${region}.amazonaws.com/?${form}`)).status
    expect([await statusAt('eu-west-1'), await statusAt('us-east-1')]).toEqual([200, 403])
  })

  test('but a provider of access tokens is none', async () => {
    const { tokenOf, assume } = await setUp()
    expect((await assume(await tokenOf(), { ProviderId: 'www.amazon.com' })).verdict).toEqual([
      400,
      'ValidationError',
      'ProviderId is for OAuth 2.0 access tokens: leave it out for an OpenID Connect ID token',
    ])
  })
})

describe('refuses', () => {
  const invalid = (message: string) => [400, 'InvalidIdentityToken', message]
  const noJwt =
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)'

  test.each<[string, JWTPayload, unknown[]]>([
    [
      'a token of another issuer',
      { iss: 'https://evil.example' },
      invalid('No OpenIDConnect provider found in your account for https://evil.example'),
    ],
    ['a token for another audience', { aud: 'somebody' }, invalid('Incorrect token audience')],
    [
      'a token that expired',
      { exp: Math.floor(now / 1000) - 1 },
      [
        400,
        'ExpiredTokenException',
        `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${Math.floor(now / 1000) - 1}`,
      ],
    ],
    [
      'a token without a subject',
      { sub: undefined } as unknown as JWTPayload,
      invalid('Missing a required claim: sub'),
    ],
    [
      'a token of another subject',
      { sub: 'repo:octo/other' },
      [403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'],
    ],
  ])('%s', async (_, claims, expected) => {
    const { tokenOf, assume } = await setUp()
    expect((await assume(await tokenOf(claims))).verdict).toEqual(expected)
  })

  test('keys that its issuer does not give, whatever the body of the error', async () => {
    const { tokenOf, assume } = await setUp({
      trustedIssuers: [{ issuer, audiences: ['sts.amazonaws.com'] }],
      fetch: async () => Response.json({ jwks_uri: `${issuer}/jwks`, keys: [] }, { status: 500 }),
    })
    expect((await assume(await tokenOf())).verdict).toEqual(
      invalid(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
      ),
    )
  })

  test('a token that is signed by an algorithm which AWS does not take', async () => {
    const { privateKey, publicKey } = await generateKeyPair('PS256')
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'PS256' }] }
    const { assume } = await setUp({ trustedIssuers: [{ issuer, audiences: ['sts.amazonaws.com'], jwks }] })
    const seconds = Math.floor(now / 1000)
    const token = await new SignJWT({ iss: issuer, sub: subject, aud: 'sts.amazonaws.com' })
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 300)
      .setProtectedHeader({ alg: 'PS256', kid: 'one' })
      .sign(privateKey)
    expect((await assume(token)).verdict).toEqual(invalid(noJwt))
  })

  test('a token that another key signed', async () => {
    const { tokenOf, assume } = await setUp()
    const { privateKey } = await generateKeyPair('ES256')
    expect((await assume(await tokenOf({}, privateKey))).verdict).toEqual(invalid(noJwt))
  })

  test('what is no token, and does not repeat it', async () => {
    const { assume } = await setUp()
    expect((await assume('no.token')).verdict).toEqual(invalid(noJwt))
    const short = await assume('abc')
    expect(short.text('Message')).toBe(
      "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
    )
  })

  test('the emulator’s own tokens, as AWS refuses its own', async () => {
    const { emulator, assume } = await setUp()
    const own = await call(emulator, {
      Action: 'GetWebIdentityToken',
      Audience: ['sts.amazonaws.com'],
      SigningAlgorithm: 'RS256',
    })
    expect((await assume(own.text('WebIdentityToken') ?? '')).verdict).toEqual(
      invalid(`No OpenIDConnect provider found in your account for ${emulator.issuer}`),
    )
  })

  test('the emulator’s own tokens, also where its issuer is trusted on paper', async () => {
    const issuerId = 'f7c85005-e6a4-4358-a8ff-a0819ad17ec5'
    for (const served of [undefined, 'http://127.0.0.1:4566']) {
      const issuer =
        served === undefined ? `https://${issuerId}.tokens.sts.global.api.aws` : `${served}/${issuerId}`
      const emulator: Emulator = createEmulator({
        now: () => now,
        fetch: (input, init) => emulator.fetch(input, init),
        accounts: [{ accountId: '123456789012', issuerId }],
        trustedIssuers: [{ issuer, audiences: ['sts.amazonaws.com'] }],
      })
      if (served !== undefined) emulator.servedAt(served)
      const own = await call(emulator, {
        Action: 'GetWebIdentityToken',
        Audience: ['sts.amazonaws.com'],
        SigningAlgorithm: 'RS256',
      })
      const answer = await call(emulator, {
        Action: 'AssumeRoleWithWebIdentity',
        RoleArn: 'arn:aws:iam::123456789012:role/any',
        RoleSessionName: 'session',
        WebIdentityToken: own.text('WebIdentityToken'),
      })
      expect([answer.status, answer.text('Code'), answer.text('Message')]).toEqual([
        400,
        'InvalidIdentityToken',
        `No OpenIDConnect provider found in your account for ${issuer}`,
      ])
    }
  })

  // jose's types say that these are strings; whoever holds the key can sign anything.
  test.each<[string, Record<string, unknown>]>([
    ['an issuer that can’t be shown', { iss: { toString: 1, valueOf: 1 } }],
    ['an issuer in a list', { iss: [issuer] }],
    ['a subject that is null', { sub: null }],
    ['a subject that is a number', { sub: 5 }],
    ['a tag that can’t be shown', tagged({ team: { toString: 1, valueOf: 1 } })],
    ['a tag without a value', tagged({ team: [] })],
    ['a transitive tag that is a number', tagged({}, [5])],
  ])('%s, as no token', async (_, claims) => {
    const { tokenOf, assume } = await setUp()
    expect((await assume(await tokenOf(claims as JWTPayload))).verdict).toEqual(invalid(noJwt))
  })

  test('an issuer that sends without an end', async () => {
    let chunks = 0
    const { tokenOf, assume } = await setUp({
      trustedIssuers: [{ issuer, audiences: ['sts.amazonaws.com'] }],
      fetch: async () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              chunks += 1
              controller.enqueue(new Uint8Array(100_000).fill(0x20))
              // So that the test ends where nothing else ends it.
              if (chunks > 100) controller.close()
            },
          }),
        ),
    })
    expect((await assume(await tokenOf())).text('Message')).toMatch(/^Couldn't retrieve verification key/)
    expect(chunks).toBeLessThan(15)
  })

  test('a role that is not there, and an account that is not', async () => {
    const { tokenOf, assume } = await setUp()
    const token = await tokenOf()
    expect((await assume(token, { RoleArn: `${role}-too` })).verdict).toEqual([
      403,
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ])
    expect((await assume(token, { RoleArn: role.replace(account, '222222222222') })).verdict).toEqual(
      invalid(`No OpenIDConnect provider found in your account for ${issuer}`),
    )
  })

  test('an issuer whose keys can’t be had', async () => {
    const { tokenOf, assume } = await setUp({
      trustedIssuers: [{ issuer, audiences: ['sts.amazonaws.com'] }],
      fetch: async () => new Response('', { status: 500 }),
    })
    expect((await assume(await tokenOf())).text('Message')).toMatch(/^Couldn't retrieve verification key/)
  })
})

test('tags and a source identity come from the token, and need their permissions', async () => {
  const claims = {
    'https://aws.amazonaws.com/tags': { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] },
    'https://aws.amazonaws.com/source_identity': 'alice',
  }
  const without = await setUp()
  expect((await without.assume(await without.tokenOf(claims))).text('Message')).toBe(
    'Not authorized to perform sts:TagSession',
  )
  const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity']
  const { tokenOf, assume } = await setUp({}, trusting(rightCondition, actions))
  const answer = await assume(await tokenOf(claims))
  expect([answer.status, answer.text('SourceIdentity')]).toEqual([200, 'alice'])
})

test('it may not be longer than the role’s sessions', async () => {
  const { tokenOf, assume } = await setUp()
  expect((await assume(await tokenOf(), { DurationSeconds: 3601 })).text('Message')).toBe(
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  )
})
