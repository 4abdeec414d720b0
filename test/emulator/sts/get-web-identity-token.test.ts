import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import observed from '../../vectors/aws-observed.json' with { type: 'json' }
import { call, now, send, sign } from '../sts-call.ts'

const Action = 'GetWebIdentityToken'
const valid = { Action, Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' }
const clock = { now: () => now }

describe('AWS was seen to refuse, and so does the emulator', () => {
  test.each(observed.validation)('$name', async ({ input, expect: expected }) => {
    const answer = await call(createEmulator(clock), { Action, ...input })
    expect({ status: answer.status, code: answer.text('Code'), message: answer.text('Message') }).toEqual(
      expected,
    )
  })
})

describe('AWS was seen to let pass up to the disabled federation, and so does the emulator', () => {
  test.each(observed.accepted_while_federation_is_disabled)('$name', async ({ input, expect: expected }) => {
    const answer = await call(createEmulator({ ...clock, federationEnabled: false }), { Action, ...input })
    expect({ status: answer.status, code: answer.text('Code'), message: answer.text('Message') }).toEqual(
      expected,
    )
  })

  test.each(observed.accepted_while_federation_is_disabled)(
    '$name, and is a token when enabled',
    async ({ input }) => {
      const answer = await call(createEmulator(clock), { Action, ...input, SigningAlgorithm: 'ES384' })
      expect(answer.status).toBe(200)
    },
  )
})

describe('the generic rules of AWS hold for every member', () => {
  const key = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`
  const list =
    'Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 1, Member must not be null]'

  test.each<[string, Record<string, unknown>, string]>([
    [
      'an empty audience list',
      { Audience: '' },
      "1 validation error detected: Value '[]' at 'audience' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'an empty audience',
      { Audience: [''] },
      `1 validation error detected: Value '[]' at 'audience' failed to satisfy constraint: ${list}`,
    ],
    [
      'an audience of 1001 characters among others',
      { Audience: ['a', 'b'.repeat(1001)] },
      `1 validation error detected: Value '[a, ${'b'.repeat(1001)}]' at 'audience' failed to satisfy constraint: ${list}`,
    ],
    [
      'a tag key of 129 characters',
      { Tags: [{ Key: 'k'.repeat(129), Value: '' }] },
      `1 validation error detected: Value '${'k'.repeat(129)}' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128`,
    ],
    [
      'a tag without a key',
      { Tags: [{ Value: '' }] },
      "1 validation error detected: Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a tag without a value',
      { Tags: [{ Key: 'team' }] },
      "1 validation error detected: Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    ],
    [
      'the second tag with a long and invalid value',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'b', Value: '!'.repeat(257) },
        ],
      },
      `2 validation errors detected: Value '${'!'.repeat(257)}' at 'tags.2.member.value' failed to satisfy constraint: Member must have length less than or equal to 256; Value '${'!'.repeat(257)}' at 'tags.2.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: ${key}*`,
    ],
    [
      'several members at once',
      { Audience: undefined, DurationSeconds: 1, SigningAlgorithm: '' },
      "3 validation errors detected: Value null at 'audience' failed to satisfy constraint: Member must not be null; Value '1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60; Value '' at 'signingAlgorithm' failed to satisfy constraint: Member must have length greater than or equal to 5",
    ],
  ])('%s', async (_, input, message) => {
    const given = Object.fromEntries(
      Object.entries({ ...valid, ...input }).filter(([, value]) => value !== undefined),
    )
    const answer = await call(createEmulator(clock), given)
    expect({ status: answer.status, code: answer.text('Code'), message: answer.text('Message') }).toEqual({
      status: 400,
      code: 'ValidationError',
      message,
    })
  })

  test('fifty-one tags are one too many', async () => {
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    const answer = await call(createEmulator(clock), { ...valid, Tags })
    expect(answer.text('Message')).toMatch(
      /^1 validation error detected: Value '\[.*\]' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50$/,
    )
  })

  test('lengths are counted in characters, not in UTF-16 units', async () => {
    const answer = await call(createEmulator(clock), { ...valid, Audience: ['😀'.repeat(1000)] })
    expect(answer.status).toBe(200)
  })

  test('tag keys that differ only in case are repeated', async () => {
    const Tags = [
      { Key: 'Team', Value: 'a' },
      { Key: 'tEAM', Value: 'a' },
    ]
    const answer = await call(createEmulator(clock), { ...valid, Tags })
    expect([answer.status, answer.text('Code')]).toEqual([400, 'InvalidParameterValue'])
  })

  test('an empty list of tags is no tag', async () => {
    const answer = await call(createEmulator(clock), { ...valid, Tags: '' })
    expect(answer.status).toBe(200)
  })
})

describe('lists with odd indexes', () => {
  test.each(observed.query_lists.cases)('$indexes', async ({ indexes, ok, code, message }) => {
    const members = Object.fromEntries(
      indexes.map((index) => [`Audience.member.${index}`, 'https://api.example.com']),
    )
    const answer = await call(createEmulator(clock), { Action, SigningAlgorithm: 'ES384', ...members })
    if (ok) expect(answer.status).toBe(200)
    else expect([answer.status, answer.text('Code'), answer.text('Message')]).toEqual([400, code, message])
  })

  test('elements are taken by their indexes and not by their places', async () => {
    const form = `Version=2011-06-15&Action=${Action}&SigningAlgorithm=ES384&Audience.member.2=b&Audience.member.10=c&Audience.member.1=a`
    const filled = [3, 4, 5, 6, 7, 8, 9].map((index) => `&Audience.member.${index}=x`).join('')
    const emulator = createEmulator(clock)
    const answer = await send(emulator, await sign(emulator, form + filled))
    expect(claimsOf(answer.text('WebIdentityToken')).aud).toEqual([
      'a',
      'b',
      'x',
      'x',
      'x',
      'x',
      'x',
      'x',
      'x',
      'c',
    ])
  })

  test.each([
    ['a text where a list belongs', 'Audience=x', 'Unexpected list element termination'],
    [
      'a list where a text belongs',
      'Audience.member.1=x&SigningAlgorithm.member.1=ES384',
      'Start of structure or map found where not expected',
    ],
    [
      'a text where a structure belongs',
      'Audience.member.1=x&SigningAlgorithm=ES384&Tags.member.1=team',
      'Unexpected complex element termination',
    ],
    [
      'a name that ends in a dot',
      'Audience.member.1=x&SigningAlgorithm=ES384&SigningAlgorithm.=RS256',
      'Key SigningAlgorithm. has an empty part',
    ],
    ['an index that ends in a dot', 'Audience.member.1.=x', 'Key Audience.member.1. has an empty part'],
    [
      'one index in two spellings',
      'Audience.member.1=x&Audience.member.01=y',
      'Key 01 is given more than once',
    ],
    ['an index of more than 31 bits', 'Audience.member.2147483648=x', '2147483648 is not a valid index'],
    [
      'a number of more than 32 bits',
      'Audience.member.1=x&DurationSeconds=-2147483649',
      "'-2147483649' is not a valid integer",
    ],
    ['a number that is none', 'Audience.member.1=x&DurationSeconds=1e2', "'1e2' is not a valid integer"],
    [
      'a name twice',
      'Audience.member.1=x&Audience.member.1=y',
      'Key Audience.member.1 is given more than once',
    ],
    ['a broken percent sign', 'Audience.member.1=%E0%A4', 'The form is not percent-encoded UTF-8'],
  ])('%s is malformed', async (_, form, message) => {
    const emulator = createEmulator(clock)
    const answer = await send(emulator, await sign(emulator, `Action=${Action}&Version=2011-06-15&${form}`))
    expect([answer.status, answer.text('Code'), answer.text('Message')]).toEqual([
      400,
      'MalformedInput',
      message,
    ])
  })
})

describe('the order of checks is the one that AWS was seen to keep', () => {
  const session = {
    arn: 'arn:aws:iam::123456789012:role/worker',
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'session-token',
    sessionExpiration: new Date(now + 899_000),
  }
  // Wrong in every way at once; each step of the list puts one thing right.
  const Tags = [
    { Key: 'team', Value: '1' },
    { Key: 'team', Value: '2' },
  ]
  const huge = Array.from({ length: 10 }, () => '😀'.repeat(1000))
  const steps: [string, Record<string, unknown>, { federationEnabled: boolean; url?: string }][] = [
    [
      'InvalidAction',
      { Audience: [], SigningAlgorithm: 'none', Tags, DurationSeconds: 3600 },
      { federationEnabled: false, url: 'https://sts.amazonaws.com/' },
    ],
    [
      'ValidationError',
      { Audience: huge, SigningAlgorithm: 'none', Tags, DurationSeconds: 3600 },
      { federationEnabled: false },
    ],
    [
      'ValidationError',
      { Audience: huge, SigningAlgorithm: 'ES256', Tags, DurationSeconds: 3600 },
      { federationEnabled: false },
    ],
    [
      'InvalidParameterValue',
      { Audience: huge, SigningAlgorithm: 'ES384', Tags, DurationSeconds: 3600 },
      { federationEnabled: false },
    ],
    [
      'SessionDurationEscalationException',
      { Audience: huge, SigningAlgorithm: 'ES384', DurationSeconds: 3600 },
      { federationEnabled: false },
    ],
    [
      'OutboundWebIdentityFederationDisabledException',
      { Audience: huge, SigningAlgorithm: 'ES384' },
      { federationEnabled: false },
    ],
    [
      'JWTPayloadSizeExceededException',
      { Audience: huge, SigningAlgorithm: 'ES384' },
      { federationEnabled: true },
    ],
  ]

  test.each(steps)('%s', async (code, input, { federationEnabled, url }) => {
    const emulator = createEmulator({ ...clock, federationEnabled, principals: [session] })
    const answer = await call(emulator, { Action, ...input }, url === undefined ? {} : { url })
    expect(answer.text('Code')).toBe(code)
  })

  test('a token may live until just before its session ends', async () => {
    const emulator = createEmulator({ ...clock, principals: [session] })
    const inTime = await call(emulator, { ...valid, DurationSeconds: 898 })
    const atTheEnd = await call(emulator, { ...valid, DurationSeconds: 899 })
    expect([inTime.status, atTheEnd.status, atTheEnd.text('Code'), atTheEnd.text('Message')]).toEqual([
      200,
      403,
      'SessionDurationEscalationException',
      "Requested token expiry time must be before the original session's expiry time.",
    ])
  })

  test('a signature that is wrong comes before parameters that are wrong', async () => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' }
    const answer = await call(createEmulator(clock), { Action }, { credentials })
    expect(answer.text('Code')).toBe('SignatureDoesNotMatch')
  })

  test('the global endpoint does not support the operation', async () => {
    const answer = await call(createEmulator(clock), valid, { url: 'https://sts.amazonaws.com/' })
    expect([answer.status, answer.text('Code'), answer.text('Message')]).toEqual([
      400,
      'InvalidAction',
      'Operation not supported on STS global endpoint',
    ])
  })
})

describe('the size of the claims', () => {
  test.each(['RS256', 'ES384'])(
    '%s: 14984 bytes are signed, one more is refused',
    async (SigningAlgorithm) => {
      const emulator = createEmulator(clock)
      // Ten audiences of three-byte characters, so that bytes are counted and not characters.
      const Audience = Array.from({ length: 10 }, () => '€'.repeat(470))
      const below = await call(emulator, { ...valid, SigningAlgorithm, Audience })
      const room = 14_984 - payloadOf(below.text('WebIdentityToken')).length
      expect(room).toBeGreaterThan(0)

      Audience[0] += 'a'.repeat(room)
      const fitting = await call(emulator, { ...valid, SigningAlgorithm, Audience })
      expect(payloadOf(fitting.text('WebIdentityToken'))).toHaveLength(14_984)

      Audience[0] += 'a'
      const excessive = await call(emulator, { ...valid, SigningAlgorithm, Audience })
      expect([excessive.status, excessive.text('Code')]).toEqual([400, 'JWTPayloadSizeExceededException'])
    },
  )
})

function payloadOf(token = ''): Uint8Array {
  const payload = token.split('.')[1] ?? ''
  return Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
}

function claimsOf(token: string | undefined): { aud: unknown } {
  return JSON.parse(new TextDecoder().decode(payloadOf(token)))
}
