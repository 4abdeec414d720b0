// What a verified token becomes, and what is refused of what it says.

import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { createVerifier } from '../../src/verify/index.ts'
import observed from '../vectors/aws-observed.json' with { type: 'json' }
import {
  ACCOUNT,
  AUDIENCE,
  codeOf,
  goodClaims,
  ISSUER,
  localVerifier,
  mint,
  NAMESPACE,
  now,
  sign,
} from './support.ts'

const verify = async (claims: object | string) => (await localVerifier()).verify(await sign(claims))

test('an identity has every member of the contract', async () => {
  const identity = await verify(
    goodClaims(
      { aud: [AUDIENCE, 'https://b.example'], nbf: Math.floor(now / 1000), extra: { a: [1] } },
      {
        federated_provider: 'arn:aws:iam::123456789012:saml-provider/x',
        identity_store_user_id: 'user-1',
        identity_store_arn: 'arn:aws:identitystore::123456789012:identitystore/d-1',
        source_identity: 'jane',
        ec2_source_instance_arn: 'arn:aws:ec2:eu-central-1:123456789012:instance/i-1',
        ec2_instance_source_vpc: 'vpc-1',
        ec2_instance_source_private_ipv4: '10.0.0.1',
        ec2_role_delivery: '2.0',
        lambda_source_function_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
        glue_credential_issuing_service: 'glue.amazonaws.com',
        original_session_exp: '2026-09-11T19:00:00Z',
        unknown: true,
      },
    ),
  )
  const { exp, iat } = goodClaims()
  expect(identity).toMatchObject({
    issuer: ISSUER,
    subject: `arn:aws:iam::${ACCOUNT}:role/outbound/worker`,
    arn: { partition: 'aws', account: ACCOUNT, kind: 'role', path: '/outbound/', name: 'worker' },
    audience: [AUDIENCE, 'https://b.example'],
    accountId: ACCOUNT,
    organizationId: 'o-a1b2c3d4e5',
    organizationalUnitPath: ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/'],
    principalId: `arn:aws:iam::${ACCOUNT}:role/outbound/worker`,
    sourceRegion: 'eu-central-1',
    federatedProvider: 'arn:aws:iam::123456789012:saml-provider/x',
    identityStoreUserId: 'user-1',
    identityStoreArn: 'arn:aws:identitystore::123456789012:identitystore/d-1',
    sourceIdentity: 'jane',
    ec2SourceInstanceArn: 'arn:aws:ec2:eu-central-1:123456789012:instance/i-1',
    ec2InstanceSourceVpc: 'vpc-1',
    ec2InstanceSourcePrivateIpv4: '10.0.0.1',
    ec2RoleDelivery: '2.0',
    lambdaFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
    glueCredentialIssuingService: 'glue.amazonaws.com',
    tokenId: '99999999-2222-4333-8444-555555555555',
    issuedAt: new Date(iat * 1000),
    expiresAt: new Date(exp * 1000),
    sessionExpiresAt: new Date('2026-09-11T19:00:00Z'),
    claims: { extra: { a: [1] }, [NAMESPACE]: { unknown: true } },
  })
  expect({ ...identity.principalTags }).toEqual({ team: 'platform' })
  expect({ ...identity.requestTags }).toEqual({ job: '7' })
})

test('what does not apply is absent, and tags are empty', async () => {
  const identity = await verify(goodClaims({ [NAMESPACE]: { aws_account: ACCOUNT } }))
  expect(Object.keys(identity).sort()).toEqual(
    ['accountId', 'arn', 'audience', 'claims', 'expiresAt', 'issuedAt', 'issuer'].concat([
      'principalTags',
      'requestTags',
      'subject',
      'tokenId',
    ]),
  )
  expect([identity.principalTags, identity.requestTags].map((tags) => Object.keys(tags))).toEqual([[], []])
})

test('an identity is frozen to its depth', async () => {
  const identity = await verify(goodClaims())
  const parts = [identity.audience, identity.arn, identity.organizationalUnitPath, identity.principalTags]
  const inner = [identity.requestTags, identity.claims, identity.claims[NAMESPACE]]
  for (const part of [identity, ...parts, ...inner]) expect(Object.isFrozen(part)).toBe(true)
})

test('a tag may be called __proto__, and none has a prototype', async () => {
  const emulator = createEmulator({ now: () => now })
  const token = await mint(emulator, { Tags: [{ Key: '__proto__', Value: 'x' }] })
  const options = { audience: AUDIENCE, account: ACCOUNT, fetch: emulator.fetch, now: () => now }
  const { requestTags } = await createVerifier(options).verify(token)
  expect(Object.entries(requestTags)).toEqual([['__proto__', 'x']])
  expect(requestTags['toString']).toBeUndefined()
})

test('the path of organizational units may be a string, as in the guide', async () => {
  const { organizationalUnitPath } = await verify(goodClaims({}, { ou_path: 'o-a/r-b/' }))
  expect(organizationalUnitPath).toEqual(['o-a/r-b/'])
})

test('the real token of AWS, signed again', async () => {
  const { iat } = observed.token.claims
  const claims = { ...observed.token.claims, iss: ISSUER, jti: crypto.randomUUID() }
  const verifier = await localVerifier({ audience: claims.aud, now: () => iat * 1000 })
  const identity = await verifier.verify(await sign(claims))
  expect(identity).toMatchObject({
    organizationId: 'o-fixture',
    organizationalUnitPath: ['o-fixture/r-p5qq/'],
  })
})

test.each([
  ['arn:aws:iam::123456789012:user/developer', { kind: 'user', path: '/', name: 'developer' }],
  ['arn:aws-us-gov:iam::123456789012:role/a/b/c', { partition: 'aws-us-gov', path: '/a/b/', name: 'c' }],
  ['arn:aws:iam::123456789012:root', { kind: 'root', path: '/', name: 'root' }],
  [
    'arn:aws:sts::123456789012:assumed-role/worker/job-1',
    { kind: 'assumed-role', path: '/', name: 'worker', sessionName: 'job-1' },
  ],
])('the parts of %s', async (sub, parts) => {
  expect((await verify(goodClaims({ sub }))).arn).toMatchObject(parts)
})

describe('refused as no claims of AWS', () => {
  const cases: [string, object][] = [
    ['no sub', goodClaims({ sub: undefined })],
    ['no jti', goodClaims({ jti: undefined })],
    ['jti a number', goodClaims({ jti: 1 })],
    ['aud a number', goodClaims({ aud: 7 })],
    ['aud empty', goodClaims({ aud: [] })],
    ['aud mixed', goodClaims({ aud: [AUDIENCE, 7] })],
    ['exp a string', goodClaims({ exp: '1789152048' })],
    ['iat a fraction', goodClaims({ iat: goodClaims().iat + 0.5 })],
    ['nbf null', goodClaims({ nbf: null })],
    ['no namespace', goodClaims({ [NAMESPACE]: undefined })],
    ['namespace a list', goodClaims({ [NAMESPACE]: [] })],
    ['account a number', goodClaims({}, { aws_account: 123456789012 })],
    ['account of eleven digits', goodClaims({}, { aws_account: '12345678901' })],
    ['another account than in sub', goodClaims({}, { aws_account: '999999999999' })],
    ['sub no ARN', goodClaims({ sub: 'me' })],
    ['sub of a service', goodClaims({ sub: `arn:aws:s3::${ACCOUNT}:role/x` })],
    ['sub with a line break', goodClaims({ sub: `arn:aws:iam::${ACCOUNT}:role/x\n` })],
    ['org_id a list', goodClaims({}, { org_id: ['o-a'] })],
    ['ou_path of numbers', goodClaims({}, { ou_path: [1] })],
    ['principal_tags a list', goodClaims({}, { principal_tags: [] })],
    ['principal_tags of numbers', goodClaims({}, { principal_tags: { a: 1 } })],
    ['session end no time', goodClaims({}, { original_session_exp: 'tomorrow' })],
    ['session end a day', goodClaims({}, { original_session_exp: '2026-09-11' })],
    ['session end without a zone', goodClaims({}, { original_session_exp: '2026-09-11T19:00:00' })],
    [
      'session end as a mail has it',
      goodClaims({}, { original_session_exp: 'Fri, 11 Sep 2026 19:00:00 GMT' }),
    ],
    ['session end no day', goodClaims({}, { original_session_exp: '2026-13-11T19:00:00Z' })],
  ]
  test.each(cases)('%s', async (_, claims) => {
    expect(await codeOf(verify(claims))).toBe('claims')
  })
})

test('a namespace that a polluted prototype has is none', async () => {
  const token = await sign(goodClaims({ [NAMESPACE]: undefined }))
  const verifier = await localVerifier()
  const prototype = Object.prototype as Record<string, unknown>
  prototype[NAMESPACE] = goodClaims()[NAMESPACE]
  try {
    expect(await codeOf(verifier.verify(token))).toBe('claims')
  } finally {
    delete prototype[NAMESPACE]
  }
})

describe('refused for its time', () => {
  const { iat } = goodClaims()
  test.each([
    ['an hour and a second', { exp: iat + 3601 }, 'lifetime'],
    ['exp before iat', { iat: iat + 40, exp: iat + 30 }, 'lifetime'],
    ['61 s ahead', { iat: iat + 62, exp: iat + 300 }, 'issued_in_future'],
    ['nbf ahead', { nbf: iat + 2 }, 'not_yet_valid'],
    ['over', { iat: iat - 60, exp: iat }, 'expired'],
  ])('%s', async (_, times, code) => {
    expect(await codeOf(verify(goodClaims(times)))).toBe(code)
  })

  describe('with words that can be acted on', () => {
    const at = (offset: number) => new Date((iat + offset) * 1000).toISOString()
    const clock = 'the clock of this machine may be'
    test.each([
      [
        { iat: iat - 400, exp: iat - 74 },
        5000,
        `Expired 74 s ago; ${clock} ahead by as much`,
        `a time before ${at(-69)}`,
        at(0),
      ],
      [
        { iat: iat - 60, exp: iat },
        0,
        `Expired within this second; ${clock} ahead by as much`,
        `a time before ${at(0)}`,
        at(0),
      ],
      [
        { nbf: iat + 30 },
        5000,
        `Not valid for another 30 s; ${clock} behind by as much`,
        `a time from ${at(25)}`,
        at(0),
      ],
      [
        { iat: iat + 74, exp: iat + 300 },
        0,
        `Issued 74 s from now; ${clock} behind by as much`,
        `a time until ${at(60)}`,
        at(74),
      ],
    ])('%j', async (times, clockTolerance, message, expected, actual) => {
      const verifier = await localVerifier({ clockTolerance, now: () => iat * 1000 })
      const error = await verifier.verify(await sign(goodClaims(times))).catch((reason) => reason)
      expect(error).toMatchObject({ message, expected, actual })
    })
  })

  test('a clock that gives no number refuses', async () => {
    const verifier = await localVerifier({ now: () => Number.NaN })
    expect(await codeOf(verifier.verify(await sign()))).toBe('expired')
  })

  test('clockTolerance holds for exp and nbf alone', async () => {
    const verifier = await localVerifier({ clockTolerance: 5000 })
    await verifier.verify(await sign(goodClaims({ iat: iat - 60, exp: iat - 4 })))
    await verifier.verify(await sign(goodClaims({ nbf: iat + 5 })))
    const late = await sign(goodClaims({ iat: iat - 60, exp: iat - 5 }))
    expect(await codeOf(verifier.verify(late))).toBe('expired')
    const ahead = await sign(goodClaims({ iat: iat + 62, exp: iat + 300 }))
    expect(await codeOf(verifier.verify(ahead))).toBe('issued_in_future')
  })
})

describe('a member that stands twice', () => {
  const text = JSON.stringify(goodClaims())
  test.each([
    ['at the top', text.replace('"aud"', '"aud":"https://evil.example","aud"')],
    ['in another spelling', text.replace('"aud"', '"\\u0061ud":"https://evil.example","aud"')],
    ['below', text.replace('"job":"7"', '"job":"7","job" : "8"')],
    ['behind white space', text.replace('"jti"', '"jti"\n:"1","jti"')],
  ])('%s is malformed, although JSON.parse takes it', async (_, claims) => {
    expect(() => JSON.parse(claims)).not.toThrow()
    expect(await codeOf(verify(claims))).toBe('malformed')
  })

  test('in two objects is none, nor a colon or quotation mark in a text', async () => {
    await verify(goodClaims({ x: [{ a: 1 }, { a: 1 }], y: 'a":"b\\', z: { '":': '\\"' } }))
  })
})
