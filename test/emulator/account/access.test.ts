// What policies let a caller do, end to end: what AWS was seen to answer, and the mistakes that people make.

import { describe, expect, test } from 'vitest'
import {
  createEmulator,
  type EmulatorOptions,
  type EmulatorPrincipal,
  type PolicyDocument,
} from '../../../src/emulator/index.ts'
import observed from '../../vectors/aws-observed.json' with { type: 'json' }
import { type Answer, call, now } from '../sts-call.ts'

const account = '123456789012'
const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
const mint = {
  Action: 'GetWebIdentityToken',
  Audience: ['https://api.example.com'],
  SigningAlgorithm: 'ES384',
}

function allow(action: string | string[], condition?: unknown): PolicyDocument {
  const statement = { Effect: 'Allow', Action: action, Resource: '*' }
  return policy(condition === undefined ? statement : { ...statement, Condition: condition })
}

function policy(...statements: unknown[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements } as PolicyDocument
}

function emulatorOf(name: string, options: Record<string, unknown>, more: EmulatorOptions = {}) {
  return createEmulator({
    now: () => now,
    principals: [{ arn: `arn:aws:iam::${account}:user/${name}`, ...keys, ...options }],
    ...more,
  })
}

function verdict({ status, text }: Answer) {
  return { status, code: text('Code'), message: text('Message') }
}

const denied = (message: string) => ({
  status: 403,
  code: 'AccessDenied',
  message: `User: arn:aws:iam::${account}:user/a is not authorized to perform: ${message}`,
})
const self = `arn:aws:sts::${account}:self`

describe('AWS was seen to answer', () => {
  const policies: Record<string, Record<string, PolicyDocument>> = {
    'no-grants': {},
    denied: {
      all: allow('*'),
      no: policy({ Effect: 'Deny', Action: 'sts:GetWebIdentityToken', Resource: '*' }),
    },
    plain: { mint: allow('sts:GetWebIdentityToken') },
  }
  const cases = observed.authorization.filter(({ caller }) => caller?.startsWith('arn:'))

  test('in three cases of users', () => expect(cases).toHaveLength(3))

  test.each(cases)('$name', async ({ input, caller, expect: expected }) => {
    const name = caller?.split('/')[1] ?? ''
    const emulator = emulatorOf(name, { policies: policies[name] })
    expect(verdict(await call(emulator, { Action: 'GetWebIdentityToken', ...input }))).toEqual(expected)
  })

  test('an access denied before the disabled federation', async () => {
    const emulator = emulatorOf('a', { policies: {} }, { federationEnabled: false })
    expect((await call(emulator, mint)).text('Code')).toBe('AccessDenied')
  })

  test('repeated tag keys before the access denied', async () => {
    const emulator = emulatorOf('a', { policies: {} })
    const Tags = [
      { Key: 'a', Value: '' },
      { Key: 'A', Value: '' },
    ]
    expect((await call(emulator, { ...mint, Tags })).text('Code')).toBe('InvalidParameterValue')
  })

  test('the access denied before a session that is too short', async () => {
    const session = { sessionToken: 'token', sessionExpiration: new Date(now + 60_000) }
    const emulator = emulatorOf('a', { ...session, policies: {} })
    expect((await call(emulator, mint)).text('Code')).toBe('AccessDenied')
  })

  test('a session that is too short before the disabled federation', async () => {
    const session = { sessionToken: 'token', sessionExpiration: new Date(now + 60_000) }
    const emulator = emulatorOf('a', session, { federationEnabled: false })
    expect((await call(emulator, mint)).text('Code')).toBe('SessionDurationEscalationException')
  })
})

describe('the layer that denies is named', () => {
  const organization = (...levels: Record<string, PolicyDocument>[]) => ({
    organization: { id: 'o-a1b2c3', path: 'o-a1b2c3/r-ab12/', serviceControlPolicies: levels },
  })
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const nothing = { Effect: 'Deny', Action: 'sts:*', Resource: '*' }

  test.each<[string, Record<string, unknown>, EmulatorOptions, string]>([
    [
      'a boundary that does not allow',
      { permissionsBoundary: allow('s3:*') },
      {},
      'because no permissions boundary allows the sts:GetWebIdentityToken action',
    ],
    [
      'a boundary that denies',
      { permissionsBoundary: policy(everything, nothing) },
      {},
      'with an explicit deny in a permissions boundary',
    ],
    [
      'an organization of which one level does not allow',
      {},
      organization({ full: allow('*') }, { some: allow('s3:*') }),
      'because no service control policy allows the sts:GetWebIdentityToken action',
    ],
    [
      'an organization that denies',
      {},
      organization({ full: allow('*'), no: policy(nothing) }),
      'with an explicit deny in a service control policy',
    ],
  ])('%s', async (_, principal, options, why) => {
    const answer = await call(emulatorOf('a', principal, options), mint)
    expect(verdict(answer)).toEqual(denied(`sts:GetWebIdentityToken on resource: ${self} ${why}`))
  })
})

describe('the mistakes of the contract’s section 9', () => {
  const foreign = { ...mint, Audience: ['https://api.example.com', 'https://foreign.example'] }

  test.each<[string, unknown, boolean, boolean]>([
    [
      'StringEquals on the audience denies everything',
      { StringEquals: { 'sts:IdentityTokenAudience': mint.Audience } },
      false,
      false,
    ],
    [
      'ForAnyValue:StringEquals lets a foreign audience in',
      { 'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': mint.Audience } },
      true,
      true,
    ],
    [
      'ForAllValues:StringEquals with Null is right',
      {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': mint.Audience },
        Null: { 'sts:IdentityTokenAudience': 'false' },
      },
      true,
      false,
    ],
    ['the algorithm can be demanded', { StringEquals: { 'sts:SigningAlgorithm': 'ES384' } }, true, true],
    ['a short life can be demanded', { NumericLessThanEquals: { 'sts:DurationSeconds': 299 } }, false, false],
  ])('%s', async (_, condition, alone, withForeign) => {
    const emulator = emulatorOf('a', { policies: { mint: allow('sts:GetWebIdentityToken', condition) } })
    expect((await call(emulator, mint)).status).toBe(alone ? 200 : 403)
    expect((await call(emulator, foreign)).status).toBe(withForeign ? 200 : 403)
  })

  test('request tags can be bounded by key and by value', async () => {
    const tags = {
      StringEquals: { 'aws:RequestTag/team': 'blue' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
    }
    const policies = { mint: allow(['sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken'], tags) }
    const emulator = emulatorOf('a', { policies })
    const tagged = (...Tags: [string, string][]) =>
      call(emulator, { ...mint, Tags: Tags.map(([Key, Value]) => ({ Key, Value })) })
    expect((await tagged(['team', 'blue'])).status).toBe(200)
    expect((await tagged(['team', 'red'])).status).toBe(403)
    expect((await tagged(['team', 'blue'], ['role', 'admin'])).status).toBe(403)
  })
})

test('a policy can speak of the caller, the account, the organization and the moment', async () => {
  const condition = {
    StringEquals: {
      'aws:PrincipalAccount': account,
      'aws:PrincipalTag/team': 'blue',
      'aws:PrincipalType': 'User',
      'aws:username': 'a',
      'aws:PrincipalOrgID': 'o-a1b2c3',
      'aws:RequestedRegion': 'us-east-1',
      'aws:ResourceAccount': account,
      'aws:ResourceOrgID': 'o-a1b2c3',
      'aws:UserAgent': 'test/1',
      'aws:Referer': 'https://example.com/',
    },
    'ForAnyValue:StringLike': {
      'aws:PrincipalOrgPaths': 'o-a1b2c3/*',
      'aws:ResourceOrgPaths': 'o-a1b2c3/*',
    },
    ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:user/*` },
    DateLessThan: { 'aws:CurrentTime': '2026-09-12T00:00:00Z' },
    NumericGreaterThan: { 'aws:EpochTime': '1' },
    Bool: {
      'aws:SecureTransport': 'true',
      'aws:ViaAWSService': 'false',
      'aws:PrincipalIsAWSService': 'false',
    },
    IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
    Null: { 'aws:TokenIssueTime': 'true' },
  }
  const policies = { mint: allow('sts:GetWebIdentityToken', condition) }
  const organization = { id: 'o-a1b2c3', path: 'o-a1b2c3/r-ab12/' }
  const emulator = emulatorOf('a', { policies, tags: { team: 'blue' } }, { organization })
  const headers = { 'user-agent': 'test/1', referer: 'https://example.com/' }
  expect(verdict(await call(emulator, mint, { headers }))).toMatchObject({ status: 200 })
  expect((await call(emulator, mint)).status).toBe(403)
  const elsewhere = { headers, region: 'eu-west-1', url: 'http://127.0.0.1/' }
  expect((await call(emulator, mint, elsewhere)).status).toBe(403)
})

describe('a policy can speak of the session', () => {
  const session = {
    arn: `arn:aws:iam::${account}:role/r`,
    ...keys,
    sessionToken: 'token',
    sessionName: 'shift',
    sourceIdentity: 'alice',
    sessionTags: { Team: 'blue' },
    identityCenterUser: { userId: 'u-1', storeArn: 'arn:aws:identitystore::1:identitystore/d-1' },
  }
  const ec2 = {
    service: 'ec2',
    instanceArn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-1',
    vpc: 'vpc-1',
    privateIpv4: '10.0.0.1',
  } as const

  test.each<[string, EmulatorPrincipal, unknown]>([
    ['and its principal', session, { StringLike: { 'aws:userid': 'AROA*:shift' } }],
    ['and its type', session, { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }],
    ['and its role', session, { ArnEquals: { 'aws:PrincipalArn': session.arn } }],
    ['and the name that only users have', session, { Null: { 'aws:username': 'true' } }],
    ['and its tags', session, { StringEquals: { 'aws:PrincipalTag/team': 'blue' } }],
    ['and its factors', session, { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['and its source identity', session, { StringEquals: { 'aws:SourceIdentity': 'alice' } }],
    ['and its user', session, { StringEquals: { 'identitystore:UserId': 'u-1' } }],
    [
      'and its instance',
      { ...session, runsOn: ec2 },
      {
        ArnEquals: { 'ec2:SourceInstanceArn': ec2.instanceArn },
        StringEquals: { 'aws:Ec2InstanceSourceVpc': 'vpc-1', 'ec2:RoleDelivery': '2.0' },
        IpAddress: { 'aws:Ec2InstanceSourcePrivateIPv4': '10.0.0.0/8' },
      },
    ],
    [
      'and its function',
      { ...session, runsOn: { service: 'lambda', functionArn: 'arn:aws:lambda:us-east-1:1:function:f' } },
      { ArnEquals: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:us-east-1:1:function:f' } },
    ],
  ])('%s', async (_, principal, condition) => {
    const may = (conditions: unknown) =>
      call(
        createEmulator({
          now: () => now,
          principals: [{ ...principal, policies: { mint: allow('sts:GetWebIdentityToken', conditions) } }],
        }),
        mint,
        { credentials: { ...keys, sessionToken: 'token' } },
      )
    expect(verdict(await may(condition))).toMatchObject({ status: 200 })
    const [[operator, values]] = Object.entries(condition as object) as [[string, object]]
    const others = Object.fromEntries(Object.keys(values).map((key) => [key, otherValues[operator]]))
    expect((await may({ [operator]: others })).status).toBe(403)
  })

  test('and of when it was given, which revokes older ones', async () => {
    const revoking = (date: number) =>
      policy(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(date).toISOString() } },
        },
      )
    for (const [date, status] of [
      [now, 200],
      [now + 1000, 403],
    ] as const) {
      const role = { arn: session.arn, policies: { revoke: revoking(date) } }
      const emulator = createEmulator({
        now: () => now,
        principals: [{ arn: `arn:aws:iam::${account}:user/a`, ...keys }, role],
      })
      // One that stands ready counts as given just now.
      const ready = { ...session, policies: { revoke: revoking(date) } }
      const token = { ...keys, sessionToken: 'token' }
      const standing = createEmulator({ now: () => now, principals: [ready] })
      expect((await call(standing, mint, { credentials: token })).status).toBe(status)
      const assumed = await call(emulator, {
        Action: 'AssumeRole',
        RoleArn: session.arn,
        RoleSessionName: 'se',
      })
      const credentials = {
        accessKeyId: assumed.text('AccessKeyId') ?? '',
        secretAccessKey: assumed.text('SecretAccessKey') ?? '',
        sessionToken: assumed.text('SessionToken') ?? '',
      }
      expect((await call(emulator, mint, { credentials })).status).toBe(status)
    }
  })
})

// Under each operator something that no session is.
const otherValues: Record<string, string> = {
  StringLike: 'x',
  StringEquals: 'x',
  ArnEquals: 'arn:aws:x:::x',
  Null: 'false',
  Bool: 'true',
}

test('who watches is told which statement decided', async () => {
  const policies = { inline: policy({ Sid: 'Mint', Effect: 'Allow', Action: 'sts:Get*', Resource: '*' }) }
  const emulator = emulatorOf('a', { policies })
  await call(emulator, { ...mint, Tags: [{ Key: 'team', Value: 'blue' }] })
  expect(emulator.requests).toMatchObject([
    {
      errorCode: 'AccessDenied',
      decisions: [
        {
          action: 'sts:GetWebIdentityToken',
          resource: self,
          allowed: true,
          policy: 'inline',
          statement: 'Mint',
        },
        { action: 'sts:TagGetWebIdentityToken', resource: self, allowed: false, deniedBy: 'identity' },
      ],
    },
  ])
})
