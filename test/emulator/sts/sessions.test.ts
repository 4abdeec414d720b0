// Temporary credentials: who gets them, what they say of themselves, and what they may do.

import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type EmulatorPrincipal,
  type PolicyDocument,
} from '../../../src/emulator/index.ts'
import { type Answer, call, now } from '../sts-call.ts'

const account = '123456789012'
const userKeys = { accessKeyId: 'AKIAUSER', secretAccessKey: 'user' }
const user = `arn:aws:iam::${account}:user/a`
const role = `arn:aws:iam::${account}:role/team/worker`
const other = `arn:aws:iam::${account}:role/other`
const mint = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }

function policy(...statements: unknown[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements } as PolicyDocument
}

function emulatorWith(
  principals: readonly EmulatorPrincipal[] = [{ arn: role }, { arn: other }],
  options: EmulatorOptions = {},
  mine: Partial<EmulatorPrincipal> = {},
): Emulator {
  return createEmulator({
    now: () => now,
    principals: [{ arn: user, ...userKeys, ...mine }, ...principals],
    ...options,
  })
}

function assume(RoleArn = role, more: Record<string, unknown> = {}) {
  return { Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', ...more }
}

function credentialsOf({ text, xml }: Answer) {
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    text,
  )
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error(xml)
  return { accessKeyId, secretAccessKey, sessionToken }
}

function verdict({ status, text }: Answer) {
  return [status, text('Code'), text('Message')]
}

async function claims(
  emulator: Emulator,
  credentials: ReturnType<typeof credentialsOf>,
): Promise<Record<string, unknown>> {
  const answer = await call(emulator, mint, { credentials })
  const token = decodeJwt(answer.text('WebIdentityToken') ?? answer.xml)
  return { sub: token.sub, ...(token['https://sts.amazonaws.com/'] as Record<string, unknown>) }
}

describe('AssumeRole', () => {
  test('gives a session that says who it is, and mints as the role', async () => {
    const emulator = emulatorWith()
    const answer = await call(emulator, assume())
    expect(answer.status).toBe(200)
    expect(answer.text('Expiration')).toBe('2026-09-11T19:35:48Z')
    expect(answer.text('AccessKeyId')).toMatch(/^ASIA[Q-Z2-7][A-Z2-7]{15}$/)
    expect(answer.text('SecretAccessKey')).toMatch(/^[A-Za-z0-9+/]{40}$/)
    expect(answer.text('AssumedRoleId')).toMatch(/^AROA[A-Z2-7]{17}:session$/)
    const arn = `arn:aws:sts::${account}:assumed-role/worker/session`
    expect(answer.text('Arn')).toBe(arn)
    expect(answer.text('PackedPolicySize')).toBeUndefined()

    const credentials = credentialsOf(answer)
    const caller = await call(emulator, { Action: 'GetCallerIdentity' }, { credentials })
    expect([caller.text('Arn'), caller.text('UserId')]).toEqual([arn, answer.text('AssumedRoleId')])
    expect(await claims(emulator, credentials)).toEqual({
      sub: role,
      aws_account: account,
      original_session_exp: '2026-09-11T19:35:48Z',
      source_region: 'us-east-1',
      principal_id: role,
    })
  })

  test('gives another secret for each session', async () => {
    const emulator = emulatorWith()
    const sessions = await Promise.all(Array.from({ length: 20 }, () => call(emulator, assume())))
    for (const name of ['AccessKeyId', 'SecretAccessKey', 'SessionToken']) {
      expect(new Set(sessions.map(({ text }) => text(name))).size).toBe(20)
    }
  })

  test('keeps nothing of its sessions: a second emulator with the same seed knows them', async () => {
    const [first, second] = [emulatorWith(undefined, { seed: 's' }), emulatorWith(undefined, { seed: 's' })]
    const credentials = credentialsOf(await call(first, assume()))
    expect((await call(second, { Action: 'GetCallerIdentity' }, { credentials })).status).toBe(200)
    const stranger = await call(
      emulatorWith(undefined, { seed: 't' }),
      { Action: 'GetCallerIdentity' },
      { credentials },
    )
    expect(stranger.text('Code')).toBe('InvalidClientTokenId')
  })

  test.each<
    [
      string,
      (credentials: ReturnType<typeof credentialsOf>) => Partial<ReturnType<typeof credentialsOf>>,
      string,
    ]
  >([
    ['another session’s key', () => ({ accessKeyId: 'ASIARZPUZDIKGC6JOYLW' }), 'InvalidClientTokenId'],
    [
      'a token with a bit changed',
      ({ sessionToken }) => ({ sessionToken: sessionToken.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) }),
      'InvalidClientTokenId',
    ],
    [
      'a token with its end cut off',
      ({ sessionToken }) => ({ sessionToken: sessionToken.slice(0, -8) }),
      'InvalidClientTokenId',
    ],
    ['no token at all', () => ({ sessionToken: '' }), 'InvalidClientTokenId'],
    ['a token that is no base64', () => ({ sessionToken: '***' }), 'InvalidClientTokenId'],
    ['another secret', () => ({ secretAccessKey: 'x' }), 'SignatureDoesNotMatch'],
  ])('is not known with %s', async (_, change, code) => {
    const emulator = emulatorWith()
    const good = credentialsOf(await call(emulator, assume()))
    const { sessionToken, ...rest } = { ...good, ...change(good) }
    const credentials = sessionToken === '' ? rest : { ...rest, sessionToken }
    expect((await call(emulator, { Action: 'GetCallerIdentity' }, { credentials })).text('Code')).toBe(code)
  })

  test('gives a session that ends', async () => {
    let time = now
    const emulator = emulatorWith(undefined, { now: () => time })
    const credentials = credentialsOf(await call(emulator, assume(role, { DurationSeconds: 900 })))
    time += 899_000
    const options = { credentials, signedAt: time }
    expect((await call(emulator, { Action: 'GetCallerIdentity' }, options)).status).toBe(200)
    expect((await call(emulator, mint, options)).text('Code')).toBe('SessionDurationEscalationException')
    time += 1000
    expect(
      verdict(await call(emulator, { Action: 'GetCallerIdentity' }, { ...options, signedAt: time })),
    ).toEqual([403, 'ExpiredToken', 'The security token included in the request is expired'])
  })

  test('lets a session of 900 s mint no token of 900 s, but one of 899', async () => {
    const emulator = emulatorWith()
    const credentials = credentialsOf(await call(emulator, assume(role, { DurationSeconds: 900 })))
    const long = await call(emulator, { ...mint, DurationSeconds: 900 }, { credentials })
    expect(verdict(long)).toEqual([
      403,
      'SessionDurationEscalationException',
      "Requested token expiry time must be before the original session's expiry time.",
    ])
    // Sessions end at a whole second, a fraction earlier than their seconds would have it.
    expect((await call(emulator, { ...mint, DurationSeconds: 899 }, { credentials })).status).toBe(200)
  })

  const plain = (arn: string, caller = user) =>
    `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`

  test.each<[string, EmulatorPrincipal[], Record<string, unknown>, unknown[]]>([
    ['a role that is not there', [], {}, [403, 'AccessDenied', plain(role)]],
    ['a user', [], { RoleArn: user }, [403, 'AccessDenied', plain(user)]],
    [
      'what is no ARN',
      [],
      { RoleArn: 'arn:aws:iam::1:role/x' },
      [400, 'ValidationError', 'arn:aws:iam::1:role/x is invalid'],
    ],
    [
      'a role that trusts another',
      [
        {
          arn: role,
          trustPolicy: policy({
            Effect: 'Allow',
            Principal: { AWS: '222222222222' },
            Action: 'sts:AssumeRole',
          }),
        },
      ],
      {},
      [403, 'AccessDenied', plain(role)],
    ],
    [
      'a role that wants an external id',
      [
        {
          arn: role,
          trustPolicy: policy({
            Effect: 'Allow',
            Principal: { AWS: account },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'secret-id' } },
          }),
        },
      ],
      { ExternalId: 'another' },
      [403, 'AccessDenied', plain(role)],
    ],
    [
      'for longer than the role’s sessions',
      [{ arn: role }],
      { DurationSeconds: 3601 },
      [
        400,
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      ],
    ],
    [
      'by a code of multi-factor authentication',
      [{ arn: role }],
      { SerialNumber: 'arn:aws:iam::1:mfa/a', TokenCode: '123456' },
      [403, 'AccessDenied', expect.stringContaining('MultiFactorAuthentication failed')],
    ],
    [
      'with a policy that is no JSON',
      [{ arn: role }],
      { Policy: '{' },
      [400, 'MalformedPolicyDocument', 'This policy contains invalid Json'],
    ],
    [
      'with JSON that is no policy',
      [{ arn: role }],
      { Policy: '{}' },
      [400, 'MalformedPolicyDocument', 'Syntax errors in policy.'],
    ],
    [
      'with too much in its session',
      [{ arn: role }],
      { Tags: Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v'.repeat(256) })) },
      [
        400,
        'PackedPolicyTooLarge',
        expect.stringMatching(/^Packed size of session tags consumes \d+% of allotted space\.$/),
      ],
    ],
    [
      'several ways',
      [{ arn: role }],
      { RoleArn: 'short', RoleSessionName: '?', DurationSeconds: 899 },
      [
        400,
        'ValidationError',
        "4 validation errors detected: Value 'short' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value '?' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2; Value '?' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*; Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
      ],
    ],
    [
      'eleven managed policies',
      [{ arn: role }],
      {
        PolicyArns: Array.from({ length: 11 }, () => ({
          arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
        })),
      },
      [400, 'ValidationError', 'A session takes at most 10 managed policies'],
    ],
    [
      'an empty ARN, with the pattern in front of the length, as AWS was seen to do',
      [],
      { RoleArn: '' },
      [
        400,
        'ValidationError',
        String.raw`2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+; Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`,
      ],
    ],
    [
      'an empty transitive key, by the rules of lists of texts',
      [{ arn: role }],
      { TransitiveTagKeys: ['a', ''] },
      [
        400,
        'ValidationError',
        String.raw`1 validation error detected: Value '[a, ]' at 'transitiveTagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]`,
      ],
    ],
  ])('refuses %s', async (_, principals, more, expected) => {
    const answer = await call(emulatorWith(principals), assume(role, more))
    expect(verdict(answer)).toEqual(expected)
  })

  test('takes the external id that the role wants', async () => {
    const trustPolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'secret-id' } },
    })
    const emulator = emulatorWith([{ arn: role, trustPolicy }])
    expect((await call(emulator, assume(role, { ExternalId: 'secret-id' }))).status).toBe(200)
  })

  describe('shows the role’s trust policy what was asked for', () => {
    const demanding = (condition: unknown, Action: unknown = ['sts:AssumeRole', 'sts:TagSession']) =>
      policy({ Effect: 'Allow', Principal: { AWS: account }, Action, Condition: condition })

    test.each<[string, unknown, Record<string, unknown>, Record<string, unknown>]>([
      [
        'a name of the session',
        { StringLike: { 'sts:RoleSessionName': 'ci-*' } },
        { RoleSessionName: 'ci-1' },
        { RoleSessionName: 'me' },
      ],
      [
        'a tag of the request',
        { StringEquals: { 'aws:RequestTag/team': 'blue' } },
        { Tags: [{ Key: 'Team', Value: 'blue' }] },
        { Tags: [{ Key: 'team', Value: 'red' }] },
      ],
      [
        'keys that stay along a chain',
        { 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': ['team'] } },
        { Tags: [{ Key: 'team', Value: '' }], TransitiveTagKeys: ['team'] },
        { Tags: [{ Key: 'team', Value: '' }] },
      ],
      [
        'an external id that must be there',
        { Null: { 'sts:ExternalId': 'false' } },
        { ExternalId: 'any' },
        {},
      ],
      [
        'a source identity',
        { StringEquals: { 'sts:SourceIdentity': 'alice' } },
        { SourceIdentity: 'alice' },
        { SourceIdentity: 'bob' },
      ],
    ])('%s', async (_, condition, right, wrong) => {
      const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
      const emulator = emulatorWith([{ arn: role, trustPolicy: demanding(condition, actions) }])
      expect((await call(emulator, assume(role, right))).status).toBe(200)
      expect(verdict(await call(emulator, assume(role, wrong)))).toEqual([403, 'AccessDenied', plain(role)])
    })

    test('and of a source identity whether it may be set', async () => {
      const emulator = emulatorWith([{ arn: role, trustPolicy: demanding({}) }])
      const answer = await call(emulator, assume(role, { SourceIdentity: 'alice' }))
      expect(answer.text('Message')).toBe(
        `User: ${user} is not authorized to perform: sts:SetSourceIdentity on resource: ${role}`,
      )
    })
  })

  test('is for a session that a trust policy names, and for no other of its role', async () => {
    const named = `arn:aws:sts::${account}:assumed-role/worker/one`
    const trustPolicy = policy({ Effect: 'Allow', Principal: { AWS: named }, Action: 'sts:AssumeRole' })
    const emulator = emulatorWith([{ arn: role }, { arn: other, trustPolicy }])
    const statusAs = async (RoleSessionName: string) => {
      const credentials = credentialsOf(await call(emulator, assume(role, { RoleSessionName })))
      return (await call(emulator, assume(other), { credentials })).status
    }
    expect([await statusAs('one'), await statusAs('two')]).toEqual([200, 403])
  })

  test('lets a policy speak of the tags and the account of the role', async () => {
    const may = (key: string, value: string) => ({
      may: policy({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: '*',
        Condition: { StringEquals: { [key]: value } },
      }),
    })
    const foreign = 'arn:aws:iam::222222222222:role/far'
    const roles = [
      {
        arn: foreign,
        tags: { Env: 'test' },
        trustPolicy: policy({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }),
      },
    ]
    for (const [key, value, status] of [
      ['aws:ResourceTag/env', 'test', 200],
      ['aws:ResourceTag/env', 'live', 403],
      ['aws:ResourceAccount', '222222222222', 200],
      ['aws:ResourceAccount', account, 403],
    ] as const) {
      const emulator = emulatorWith(roles, {}, { policies: may(key, value) })
      expect([key, value, (await call(emulator, assume(foreign))).status]).toEqual([key, value, status])
    }
  })

  describe('weighs both sides', () => {
    const trusting = (AWS: string) =>
      policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' })
    const foreignRole = 'arn:aws:iam::222222222222:role/far'
    const may = { may: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }) }
    const deny = { no: policy({ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }) }
    const lacking = (arn: string) =>
      `${plain(arn)} because no identity-based policy allows the sts:AssumeRole action`

    test.each<[string, string, string, Partial<EmulatorPrincipal>, unknown]>([
      ['the user himself is trusted, and needs no policy', role, user, { policies: {} }, 200],
      ['his account is trusted, so that he needs one', role, account, { policies: {} }, lacking(role)],
      ['his account is trusted, and he has one', role, account, { policies: may }, 200],
      [
        'he is trusted, and his own policy denies',
        role,
        user,
        { policies: deny },
        `${plain(role)} with an explicit deny in an identity-based policy`,
      ],
      [
        'another account’s role trusts him, and he needs a policy',
        foreignRole,
        user,
        { policies: {} },
        lacking(foreignRole),
      ],
      ['another account’s role trusts him, and he has one', foreignRole, user, { policies: may }, 200],
      ['another account’s role trusts his account', foreignRole, account, { policies: may }, 200],
      [
        'another account’s role trusts somebody else',
        foreignRole,
        '222222222222',
        { policies: may },
        plain(foreignRole),
      ],
      [
        'he is trusted, and a boundary that is silent does not matter',
        role,
        user,
        { policies: {}, permissionsBoundary: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) },
        200,
      ],
      [
        'everybody is trusted, and a boundary that is silent matters',
        role,
        '*',
        { policies: {}, permissionsBoundary: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) },
        `${plain(role)} because no permissions boundary allows the sts:AssumeRole action`,
      ],
    ])('%s', async (_, arn, trusted, mine, expected) => {
      const emulator = emulatorWith([{ arn, trustPolicy: trusting(trusted) }], {}, mine)
      const answer = await call(emulator, assume(arn))
      expect(expected === 200 ? answer.status : answer.text('Message')).toBe(expected)
    })
  })

  describe('and tags', () => {
    const tags = (...pairs: [string, string][]) => pairs.map(([Key, Value]) => ({ Key, Value }))

    test('are the principal’s, in front of the role’s own, whatever their case', async () => {
      const emulator = emulatorWith([{ arn: role, tags: { Team: 'role', stage: 'test' } }])
      const answer = await call(emulator, assume(role, { Tags: tags(['team', 'session']) }))
      expect(Number(answer.text('PackedPolicySize'))).toBeGreaterThan(0)
      expect((await claims(emulator, credentialsOf(answer)))['principal_tags']).toEqual({
        stage: 'test',
        team: 'session',
      })
    })

    test('may fill their room to the last byte', async () => {
      const Tags = tags(
        ...Array.from(
          { length: 15 },
          (_, index) => [`key${10 + index}`, 'v'.repeat(256)] as [string, string],
        ),
      )
      const size = async (more: number) =>
        await call(emulatorWith(), assume(role, { Tags: [...Tags, ...tags(['k', 'v'.repeat(more)])] }))
      expect((await size(180)).text('PackedPolicySize')).toBe('100')
      expect((await size(181)).text('Code')).toBe('PackedPolicyTooLarge')
      const one = await call(emulatorWith(), assume(role, { Tags: tags(['k', '']) }))
      expect(one.text('PackedPolicySize')).toBe('1')
    })

    test('go down a chain only where they are transitive, and stay', async () => {
      const third = `arn:aws:iam::${account}:role/third`
      const emulator = emulatorWith([{ arn: role }, { arn: other }, { arn: third }])
      const first = await call(
        emulator,
        assume(role, { Tags: tags(['Kept', '1'], ['left', '2']), TransitiveTagKeys: ['kept'] }),
      )
      const second = await call(emulator, assume(other, { Tags: tags(['own', '3']) }), {
        credentials: credentialsOf(first),
      })
      expect((await claims(emulator, credentialsOf(second)))['principal_tags']).toEqual({
        Kept: '1',
        own: '3',
      })
      const last = await call(emulator, assume(third), { credentials: credentialsOf(second) })
      expect((await claims(emulator, credentialsOf(last)))['principal_tags']).toEqual({ Kept: '1' })
      const again = await call(emulator, assume(third, { Tags: tags(['KEPT', 'x']) }), {
        credentials: credentialsOf(second),
      })
      expect(verdict(again)).toEqual([
        400,
        'InvalidParameterValue',
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      ])
    })

    test('need a permission of their own, on both sides', async () => {
      const trustPolicy = policy({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
      const answer = await call(
        emulatorWith([{ arn: role, trustPolicy }]),
        assume(role, { Tags: tags(['a', 'b']) }),
      )
      expect(answer.text('Message')).toBe(
        `User: ${user} is not authorized to perform: sts:TagSession on resource: ${role}`,
      )
    })

    test.each([
      [
        { Tags: tags(['a', '1'], ['A', '2']) },
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      ],
      [
        { Tags: tags(['a', '1']), TransitiveTagKeys: ['b'] },
        'The specified transitive tag key must be included in the requested tags.',
      ],
    ])('that contradict themselves are refused: %j', async (more, message) => {
      expect(verdict(await call(emulatorWith(), assume(role, more)))).toEqual([
        400,
        'InvalidParameterValue',
        message,
      ])
    })
  })

  test('keeps a source identity along a chain', async () => {
    const emulator = emulatorWith()
    const first = await call(emulator, assume(role, { SourceIdentity: 'alice' }))
    expect(first.text('SourceIdentity')).toBe('alice')
    const credentials = credentialsOf(first)
    const second = await call(emulator, assume(other), { credentials })
    expect(second.text('SourceIdentity')).toBe('alice')
    expect((await claims(emulator, credentialsOf(second)))['source_identity']).toBe('alice')
    const changed = await call(emulator, assume(other, { SourceIdentity: 'bob' }), { credentials })
    expect([changed.status, changed.text('Code')]).toEqual([403, 'AccessDenied'])
  })

  test('lets a chain last an hour at most', async () => {
    const emulator = emulatorWith([
      { arn: role, maxSessionDurationSeconds: 43_200 },
      { arn: other, maxSessionDurationSeconds: 43_200 },
    ])
    const first = await call(emulator, assume(role, { DurationSeconds: 43_200 }))
    expect(first.text('Expiration')).toBe('2026-09-12T06:35:48Z')
    const second = await call(emulator, assume(other, { DurationSeconds: 3601 }), {
      credentials: credentialsOf(first),
    })
    expect(verdict(second)).toEqual([
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    ])
  })

  test('limits a session by its policies, given and managed', async () => {
    const mintOnly = policy({ Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' })
    const arn = `arn:aws:iam::${account}:policy/mint-only`
    const emulator = emulatorWith(
      [{ arn: role }, { arn: other }],
      {},
      { policies: { all: policy({ Effect: 'Allow', Action: '*', Resource: '*' }), [arn]: mintOnly } },
    )
    for (const limits of [{ Policy: JSON.stringify(mintOnly) }, { PolicyArns: [{ arn }] }]) {
      const answer = await call(emulator, assume(role, limits))
      expect(Number(answer.text('PackedPolicySize'))).toBeGreaterThan(0)
      const credentials = credentialsOf(answer)
      expect((await call(emulator, mint, { credentials })).status).toBe(200)
      const further = await call(emulator, assume(other), { credentials })
      expect(further.text('Message')).toBe(
        `${plain(other, `arn:aws:sts::${account}:assumed-role/worker/session`)} because no session policy allows the sts:AssumeRole action`,
      )
    }
    const unknown = await call(emulator, assume(role, { PolicyArns: [{ arn: `${arn}-too` }] }))
    expect(verdict(unknown)).toEqual([
      400,
      'MalformedPolicyDocument',
      `Policy ${arn}-too does not exist or is not attachable.`,
    ])
  })
})

describe('GetSessionToken', () => {
  test('gives the user a session of twelve hours, which mints as the user', async () => {
    const emulator = emulatorWith()
    const answer = await call(emulator, { Action: 'GetSessionToken' })
    expect(answer.text('Expiration')).toBe('2026-09-12T06:35:48Z')
    const credentials = credentialsOf(answer)
    const caller = await call(emulator, { Action: 'GetCallerIdentity' }, { credentials })
    expect([caller.text('Arn'), caller.text('UserId')]).toEqual([user, expect.stringMatching(/^AIDA\w{17}$/)])
    expect(await claims(emulator, credentials)).toMatchObject({
      sub: user,
      original_session_exp: '2026-09-12T06:35:48Z',
    })
  })

  test.each([
    [{ DurationSeconds: 899 }, 'ValidationError'],
    [{ DurationSeconds: 129_601 }, 'ValidationError'],
    [{ TokenCode: '12345' }, 'ValidationError'],
    [{ TokenCode: '123456', SerialNumber: 'GAHT12345678' }, 'AccessDenied'],
  ])('refuses %j', async (more, code) => {
    expect((await call(emulatorWith(), { Action: 'GetSessionToken', ...more })).text('Code')).toBe(code)
  })

  test('is not for sessions', async () => {
    const emulator = emulatorWith()
    for (const given of [{ Action: 'GetSessionToken' }, assume()]) {
      const credentials = credentialsOf(await call(emulator, given))
      expect(verdict(await call(emulator, { Action: 'GetSessionToken' }, { credentials }))).toEqual([
        403,
        'AccessDenied',
        'Cannot call GetSessionToken with session credentials',
      ])
    }
  })
})

describe('GetFederationToken', () => {
  const federate = { Action: 'GetFederationToken', Name: 'Bob' }
  const trustingEverybody = policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' })

  test('gives a session that says who it is, and may not mint', async () => {
    const emulator = emulatorWith()
    const everything = JSON.stringify(policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
    const answer = await call(emulator, { ...federate, Policy: everything })
    const arn = `arn:aws:sts::${account}:federated-user/Bob`
    expect([answer.text('Arn'), answer.text('FederatedUserId')]).toEqual([arn, `${account}:Bob`])
    const credentials = credentialsOf(answer)
    const caller = await call(emulator, { Action: 'GetCallerIdentity' }, { credentials })
    expect([caller.text('Arn'), caller.text('UserId')]).toEqual([arn, `${account}:Bob`])
    expect(verdict(await call(emulator, mint, { credentials }))).toEqual([
      403,
      'AccessDenied',
      'GetWebIdentityToken does not support federated user sessions',
    ])
  })

  test.each([
    ['AssumeRole', assume(), 'AssumeRole does not support federated user sessions'],
    [
      'GetAccessKeyInfo',
      { Action: 'GetAccessKeyInfo', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      'GetAccessKeyInfo does not support federated user sessions',
    ],
    [
      'GetSessionToken',
      { Action: 'GetSessionToken' },
      'Cannot call GetSessionToken with session credentials',
    ],
    ['GetFederationToken', federate, 'Cannot call GetFederationToken with session credentials'],
  ])('gives a session that may not call %s, whatever its policy', async (_, parameters, message) => {
    const emulator = emulatorWith([{ arn: role, trustPolicy: trustingEverybody }])
    const everything = JSON.stringify(policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
    const credentials = credentialsOf(await call(emulator, { ...federate, Policy: everything }))
    expect(verdict(await call(emulator, parameters, { credentials }))).toEqual([403, 'AccessDenied', message])
  })

  test('needs its permission, and a tag needs another', async () => {
    const policies = {
      federate: policy({
        Effect: 'Allow',
        Action: 'sts:GetFederationToken',
        Resource: `arn:aws:sts::${account}:federated-user/Bob`,
      }),
    }
    const emulator = emulatorWith([], {}, { policies })
    expect((await call(emulator, federate)).status).toBe(200)
    expect((await call(emulator, { ...federate, Name: 'Eve' })).text('Code')).toBe('AccessDenied')
    const tagged = await call(emulator, { ...federate, Tags: [{ Key: 'a', Value: 'b' }] })
    expect(tagged.text('Message')).toContain('is not authorized to perform: sts:TagSession')
  })

  test('lasts twelve hours unless told otherwise', async () => {
    const expirationOf = async (more: Record<string, unknown>) =>
      (await call(emulatorWith(), { ...federate, ...more })).text('Expiration')
    expect([await expirationOf({}), await expirationOf({ DurationSeconds: 900 })]).toEqual([
      '2026-09-12T06:35:48Z',
      '2026-09-11T18:50:48Z',
    ])
  })

  test('is not for sessions, and checks its input', async () => {
    const emulator = emulatorWith()
    const credentials = credentialsOf(await call(emulator, assume()))
    expect(verdict(await call(emulator, federate, { credentials }))).toEqual([
      403,
      'AccessDenied',
      'Cannot call GetFederationToken with session credentials',
    ])
    expect((await call(emulator, { ...federate, Name: 'B' })).text('Message')).toContain("at 'name'")
    expect((await call(emulator, { ...federate, Policy: 'x'.repeat(2049) })).text('Message')).toContain(
      "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048",
    )
  })
})

describe('GetAccessKeyInfo', () => {
  const info = (AccessKeyId: string) => ({ Action: 'GetAccessKeyInfo', AccessKeyId })

  test.each([
    ['of a session', 'ASIARZPUZDIKGC6JOYLW', '123456789012'],
    ['of AWS’s documentation', 'AKIAIOSFODNN7EXAMPLE', '581039954779'],
  ])('reads the account in a key %s', async (_, key, expected) => {
    expect((await call(emulatorWith(), info(key))).text('Account')).toBe(expected)
  })

  test('needs a permission', async () => {
    const emulator = emulatorWith([], {}, { policies: {} })
    expect((await call(emulator, info('AKIAIOSFODNN7EXAMPLE'))).text('Message')).toBe(
      `User: ${user} is not authorized to perform: sts:GetAccessKeyInfo on resource: * because no identity-based policy allows the sts:GetAccessKeyInfo action`,
    )
  })

  test('reads an account that begins with zeros', async () => {
    const arn = 'arn:aws:iam::000000000012:user/z'
    const emulator = createEmulator({ now: () => now, principals: [{ arn, ...userKeys }] })
    const session = credentialsOf(await call(emulator, { Action: 'GetSessionToken' }))
    expect((await call(emulator, info(session.accessKeyId))).text('Account')).toBe('000000000012')
  })

  test('knows the keys of its own principals', async () => {
    const emulator = createEmulator({ now: () => now })
    expect((await call(emulator, info(emulator.credentials.accessKeyId))).text('Account')).toBe(
      '123456789012',
    )
  })

  test.each([
    ['AKIA', 'ValidationError'],
    ['not-a-key-of-anybody', 'ValidationError'],
    ['XXXXXXXXXXXXXXXX', 'ValidationError'],
    // Its bits are no account: 1,099,511,627,775 has thirteen digits.
    ['AKIA7777777777777777', 'ValidationError'],
  ])('refuses %s', async (key, code) => {
    expect((await call(emulatorWith(), info(key))).text('Code')).toBe(code)
  })
})
