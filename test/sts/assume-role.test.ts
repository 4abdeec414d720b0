import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type AssumeRoleInput,
  type AssumeRoleWithWebIdentityInput,
  CredentialsError,
  InputError,
  isServiceError,
  ResponseError,
  StsClient,
} from '../../src/index.ts'
import { CREDENTIALS, errorReply, makeClient, rejectionOf, TOKEN } from '../support/client.ts'
import { type Answer, scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

const SESSION = `<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey><SessionToken>AQoDYXdzEPT//////////wEXAMPLE==</SessionToken><Expiration>2026-09-11T19:36:48Z</Expiration></Credentials>
  <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/demo/Session1</Arn><AssumedRoleId>AROA3XFRBF535PLBIFPI4:Session1</AssumedRoleId></AssumedRoleUser>`
const PROVIDED =
  '<SubjectFromWebIdentityToken>repo:me/it</SubjectFromWebIdentityToken><Audience>sts.amazonaws.com</Audience><Provider>https://token.actions.githubusercontent.com</Provider><PackedPolicySize>6</PackedPolicySize>'

function reply(operation: string, members: string): string {
  return `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${members}</${operation}Result><ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555</RequestId></ResponseMetadata></${operation}Response>`
}
const assumeRoleReply = reply('AssumeRole', `${SESSION}<PackedPolicySize>6</PackedPolicySize>`)
const webIdentityReply = reply('AssumeRoleWithWebIdentity', `${SESSION}${PROVIDED}`)

const ASSUMED_ROLE = {
  credentials: {
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY',
    sessionToken: 'AQoDYXdzEPT//////////wEXAMPLE==',
    expiration: new Date('2026-09-11T19:36:48Z'),
  },
  assumedRoleUser: {
    assumedRoleId: 'AROA3XFRBF535PLBIFPI4:Session1',
    arn: 'arn:aws:sts::123456789012:assumed-role/demo/Session1',
  },
}

const ROLE: AssumeRoleInput = { roleArn: 'arn:aws:iam::123456789012:role/demo', roleSessionName: 'Session1' }
const ROLE_FORM = 'RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=Session1'

// In each test the input is what JavaScript lets a caller write, whatever the types say.
function assumeRole(members: object, answer: Answer = xmlReply(assumeRoleReply)) {
  const fetch = scriptedFetch(answer)
  const calling = makeClient({ fetch }).assumeRole({ ...ROLE, ...members } as AssumeRoleInput)
  return { fetch, calling }
}

function assumeRoleWithWebIdentity(members: object = {}, ...answers: Answer[]) {
  const fetch = scriptedFetch(...(answers.length > 0 ? answers : [xmlReply(webIdentityReply)]))
  const input = { ...ROLE, webIdentityToken: TOKEN, ...members }
  const sts = new StsClient({ region: 'eu-central-1', fetch })
  const calling = sts.assumeRoleWithWebIdentity(input as AssumeRoleWithWebIdentityInput)
  return { fetch, calling }
}

const operations = [
  { name: 'assumeRole', call: assumeRole, body: assumeRoleReply },
  { name: 'assumeRoleWithWebIdentity', call: assumeRoleWithWebIdentity, body: webIdentityReply },
]

const characters = (length: number) => 'x'.repeat(length)

describe('what is sent', () => {
  test('for assumeRole are its parameters, by their names on the wire', async () => {
    const { fetch, calling } = assumeRole({
      sourceIdentity: 'a@b',
      externalId: 'x:/y',
      transitiveTagKeys: ['team', 'Cost Center'],
      tags: [
        { key: 'team', value: 'web' },
        { key: 'Cost Center', value: '' },
      ],
      policy: '{"Version":"2012-10-17"}',
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::123456789012:policy/x'],
      durationSeconds: 900,
    })
    await calling
    expect(fetch.requests[0]?.body.split('&')).toEqual([
      'Action=AssumeRole',
      'Version=2011-06-15',
      ...ROLE_FORM.split('&'),
      'PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess',
      'PolicyArns.member.2.arn=arn%3Aaws%3Aiam%3A%3A123456789012%3Apolicy%2Fx',
      'Policy=%7B%22Version%22%3A%222012-10-17%22%7D',
      'DurationSeconds=900',
      'Tags.member.1.Key=team',
      'Tags.member.1.Value=web',
      'Tags.member.2.Key=Cost%20Center',
      'Tags.member.2.Value=',
      'TransitiveTagKeys.member.1=team',
      'TransitiveTagKeys.member.2=Cost%20Center',
      'ExternalId=x%3A%2Fy',
      'SourceIdentity=a%40b',
    ])
  })

  test('for assumeRoleWithWebIdentity likewise', async () => {
    const { fetch, calling } = assumeRoleWithWebIdentity({
      providerId: 'www.amazon.com',
      durationSeconds: 43_200,
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      policy: '{}',
    })
    await calling
    expect(fetch.requests[0]?.body).toBe(
      `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&${ROLE_FORM}&PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess&Policy=%7B%7D&DurationSeconds=43200&WebIdentityToken=${TOKEN}&ProviderId=www.amazon.com`,
    )
  })

  test('where nothing is optional is no more than what is required', async () => {
    const absent = { policy: undefined, durationSeconds: undefined, policyArns: undefined }
    const role = assumeRole({ ...absent, tags: undefined, externalId: undefined })
    await role.calling
    expect(role.fetch.requests[0]?.body).toBe(`Action=AssumeRole&Version=2011-06-15&${ROLE_FORM}`)
    const webIdentity = assumeRoleWithWebIdentity({ ...absent, providerId: undefined })
    await webIdentity.calling
    expect(webIdentity.fetch.requests[0]?.body).toBe(
      `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&${ROLE_FORM}&WebIdentityToken=${TOKEN}`,
    )
  })

  test('for lists that are given and empty is `Name=`', async () => {
    const { fetch, calling } = assumeRole({ policyArns: [], tags: [], transitiveTagKeys: [] })
    await calling
    expect(fetch.requests[0]?.body).toMatch(/Session1&PolicyArns=&Tags=&TransitiveTagKeys=$/)
  })
})

describe('an input at its limits is sent', () => {
  const tagKeys = Array.from({ length: 50 }, (_, index) => `key ${index}`)

  test.each<[string, object]>([
    ['roleArn', { roleArn: characters(20) }],
    ['roleArn', { roleArn: characters(2048) }],
    ['roleArn', { roleArn: '😀'.repeat(2048) }],
    ['roleSessionName', { roleSessionName: 'xy' }],
    ['roleSessionName', { roleSessionName: `${characters(54)}_AZ9+=,.@-` }],
    ['durationSeconds', { durationSeconds: 900 }],
    ['durationSeconds', { durationSeconds: 43_200 }],
    ['policy', { policy: ' ' }],
    ['policyArns', { policyArns: [characters(20), characters(2048)] }],
  ])('%s, for both operations', async (_, members) => {
    for (const { call } of operations) {
      const { fetch, calling } = call(members)
      await calling
      expect(fetch.requests).toHaveLength(1)
    }
  })

  test.each<object>([
    { externalId: 'xy' },
    { externalId: `${characters(1213)}_+=,.@:/-AZ` },
    { tags: tagKeys.map((key) => ({ key, value: '' })) },
    { tags: [{ key: 'é'.repeat(128), value: 'ü'.repeat(256) }] },
    { transitiveTagKeys: tagKeys },
    { transitiveTagKeys: [characters(128), '_.:/=+-@ é'] },
    { sourceIdentity: 'xy' },
    { sourceIdentity: characters(64) },
  ])('%j, for assumeRole', async (members) => {
    const { fetch, calling } = assumeRole(members)
    await calling
    expect(fetch.requests).toHaveLength(1)
  })

  test.each<object>([
    { webIdentityToken: 'toke' },
    { webIdentityToken: characters(20_000) },
    { webIdentityToken: 'opaque token, no JWT' },
    { providerId: 'w.co' },
    { providerId: characters(2048) },
  ])('%j, for assumeRoleWithWebIdentity', async (members) => {
    const { fetch, calling } = assumeRoleWithWebIdentity(members)
    await calling
    expect(fetch.requests).toHaveLength(1)
  })
})

describe('an input that breaks a rule is refused before anything is sent', () => {
  const names = 'must hold letters, digits and _+=,.@- only'
  const tagNames = 'must hold letters, digits, spaces and _.:/=+-@ only'
  const duration = 'must be a whole number of seconds from 900 to 43200'
  const tag = { key: 'team', value: 'web' }

  async function expectRefusal(
    { fetch, calling }: ReturnType<typeof assumeRole>,
    path: string,
    rule: string,
  ) {
    const error = await rejectionOf(calling)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ code: 'invalid_input', path, rule, message: `${path} ${rule}` })
    expect(fetch.requests).toEqual([])
  }

  const common: [object, path: string, rule: string][] = [
    [{ roleArn: undefined }, 'roleArn', 'must be a string'],
    [{ roleArn: characters(19) }, 'roleArn', 'must have 20 to 2048 characters'],
    [{ roleArn: characters(2049) }, 'roleArn', 'must have 20 to 2048 characters'],
    // Characters, of two units each.
    [{ roleArn: '😀'.repeat(19) }, 'roleArn', 'must have 20 to 2048 characters'],
    [{ roleSessionName: 7 }, 'roleSessionName', 'must be a string'],
    [{ roleSessionName: 'x' }, 'roleSessionName', 'must have 2 to 64 characters'],
    [{ roleSessionName: characters(65) }, 'roleSessionName', 'must have 2 to 64 characters'],
    [{ roleSessionName: 'a b' }, 'roleSessionName', names],
    [{ roleSessionName: 'a/b' }, 'roleSessionName', names],
    [{ roleSessionName: 'é1' }, 'roleSessionName', names],
    [{ roleSessionName: 'ab\n' }, 'roleSessionName', names],
    [{ durationSeconds: 899 }, 'durationSeconds', duration],
    [{ durationSeconds: 43_201 }, 'durationSeconds', duration],
    [{ durationSeconds: 900.5 }, 'durationSeconds', duration],
    [{ durationSeconds: '900' }, 'durationSeconds', 'must be a number'],
    [{ policy: {} }, 'policy', 'must be a string'],
    [{ policyArns: 'arn' }, 'policyArns', 'must be an array of ARNs'],
    [{ policyArns: [characters(20), 'x'] }, 'policyArns[1]', 'must have 20 to 2048 characters'],
    [{ session: 'x' }, 'session', 'is not known here'],
  ]

  for (const { name, call } of operations) {
    test.each(common)(`${name}: %j`, async (members, path, rule) => {
      await expectRefusal(call(members), path, rule)
    })
  }

  test.each<[object, string, string]>([
    [{ policy: '' }, 'policy', 'must not be empty'],
    [{ externalId: 'x' }, 'externalId', 'must have 2 to 1224 characters'],
    [{ externalId: characters(1225) }, 'externalId', 'must have 2 to 1224 characters'],
    [{ externalId: 'a b' }, 'externalId', 'must hold letters, digits and _+=,.@:/- only'],
    [{ tags: {} }, 'tags', 'must be an array of { key, value }'],
    [
      { tags: Array.from({ length: 51 }, (_, index) => ({ ...tag, key: `${index}` })) },
      'tags',
      'must hold at most 50 tags',
    ],
    [{ tags: [tag, { ...tag, key: '' }] }, 'tags[1].key', 'must have 1 to 128 characters'],
    [{ tags: [{ ...tag, key: characters(129) }] }, 'tags[0].key', 'must have 1 to 128 characters'],
    [{ tags: [{ ...tag, value: characters(257) }] }, 'tags[0].value', 'must have 0 to 256 characters'],
    [{ tags: [{ ...tag, key: '<team>' }] }, 'tags[0].key', tagNames],
    [
      { tags: [tag, { ...tag, key: 'TEAM' }] },
      'tags[1].key',
      'must not repeat tags[0].key: keys are compared without regard to case',
    ],
    [{ transitiveTagKeys: 'team' }, 'transitiveTagKeys', 'must be an array of tag keys'],
    [
      { transitiveTagKeys: Array.from({ length: 51 }, () => 'x') },
      'transitiveTagKeys',
      'must hold at most 50 keys',
    ],
    [{ transitiveTagKeys: ['team', ''] }, 'transitiveTagKeys[1]', 'must have 1 to 128 characters'],
    [{ transitiveTagKeys: ['<'] }, 'transitiveTagKeys[0]', tagNames],
    [{ sourceIdentity: 'x' }, 'sourceIdentity', 'must have 2 to 64 characters'],
    [{ sourceIdentity: characters(65) }, 'sourceIdentity', 'must have 2 to 64 characters'],
    [{ sourceIdentity: 'a:b' }, 'sourceIdentity', names],
    [{ webIdentityToken: TOKEN }, 'webIdentityToken', 'is not known here'],
  ])('assumeRole: %j', async (members, path, rule) => {
    await expectRefusal(assumeRole(members), path, rule)
  })

  test.each<[object, string, string]>([
    [{ policy: '' }, 'policy', 'must have 1 to 2048 characters'],
    [{ policy: characters(2049) }, 'policy', 'must have 1 to 2048 characters'],
    [{ webIdentityToken: undefined }, 'webIdentityToken', 'must be a string'],
    [{ webIdentityToken: 'tok' }, 'webIdentityToken', 'must have 4 to 20000 characters'],
    [{ webIdentityToken: characters(20_001) }, 'webIdentityToken', 'must have 4 to 20000 characters'],
    [{ providerId: 'abc' }, 'providerId', 'must have 4 to 2048 characters'],
    [{ providerId: characters(2049) }, 'providerId', 'must have 4 to 2048 characters'],
    [{ tags: [tag] }, 'tags', 'is not known here'],
    [{ externalId: 'xy' }, 'externalId', 'is not known here'],
  ])('assumeRoleWithWebIdentity: %j', async (members, path, rule) => {
    await expectRefusal(assumeRoleWithWebIdentity(members), path, rule)
  })

  test.each([undefined, null, 'role'])('that is %j', async (input) => {
    const sts = makeClient({ fetch: scriptedFetch(xmlReply(assumeRoleReply)) })
    // What JavaScript lets a caller write, whatever the types say.
    const given = input as unknown as AssumeRoleWithWebIdentityInput
    for (const calling of [sts.assumeRole(given), sts.assumeRoleWithWebIdentity(given)]) {
      expect(await rejectionOf(calling)).toMatchObject({ path: 'input', rule: 'must be an object' })
    }
  })

  test('without a required member', async () => {
    const { roleArn, roleSessionName } = ROLE
    // What JavaScript lets a caller write, whatever the types say.
    const noName = { roleArn } as AssumeRoleWithWebIdentityInput
    const noToken = { roleArn, roleSessionName } as AssumeRoleWithWebIdentityInput
    const sts = makeClient()
    expect(await rejectionOf(sts.assumeRole(noName))).toMatchObject({ message: 'roleSessionName is missing' })
    expect(await rejectionOf(sts.assumeRoleWithWebIdentity(noToken))).toMatchObject({
      message: 'webIdentityToken is missing',
    })
  })
})

describe('what comes back', () => {
  test('from assumeRole are the credentials, in the shape that a client takes, and whose they are', async () => {
    const assumed = await assumeRole({}).calling
    expect(assumed).toEqual(ASSUMED_ROLE)
    const fetch = scriptedFetch(xmlReply(assumeRoleReply))
    await makeClient({ fetch, credentials: assumed.credentials }).assumeRole(ROLE)
    expect(fetch.requests[0]?.headers.get('x-amz-security-token')).toBe('AQoDYXdzEPT//////////wEXAMPLE==')
  })

  test('from assumeRoleWithWebIdentity is also what AWS read in the token', async () => {
    expect(await assumeRoleWithWebIdentity().calling).toEqual({
      ...ASSUMED_ROLE,
      subjectFromWebIdentityToken: 'repo:me/it',
      audience: 'sts.amazonaws.com',
      provider: 'https://token.actions.githubusercontent.com',
    })
  })

  test('and of the token it may be nothing, for these members are optional', async () => {
    const answer = xmlReply(reply('AssumeRoleWithWebIdentity', SESSION))
    expect(await assumeRoleWithWebIdentity({}, answer).calling).toEqual({
      ...ASSUMED_ROLE,
      subjectFromWebIdentityToken: undefined,
      audience: undefined,
      provider: undefined,
    })
  })

  const members = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration', 'Arn', 'AssumedRoleId']
  const lacks = [
    ...members.map((name) => [`no ${name}`, new RegExp(`<${name}>.*?</${name}>`), ''] as const),
    ...members.map((name) => [`an empty ${name}`, new RegExp(`<${name}>.*?</`), `<${name}></`] as const),
    ['no Credentials', /<Credentials>.*<\/Credentials>/, ''] as const,
    ['no AssumedRoleUser', /<AssumedRoleUser>.*<\/AssumedRoleUser>/, ''] as const,
    ['two Credentials', /<Credentials>.*<\/Credentials>/, '$&$&'] as const,
    ['an Expiration that is no date', /2026-09-11T19:36:48Z/, 'in an hour'] as const,
  ]
  for (const { name, call, body } of operations) {
    test.each(lacks)(`${name}: with %s is a ResponseError`, async (_, pattern, replacement) => {
      const damaged = body.replace(pattern, replacement)
      expect(damaged).not.toBe(body)
      const error = await rejectionOf(call({}, xmlReply(damaged)).calling)
      expect(error).toBeInstanceOf(ResponseError)
      expect(error).toMatchObject({ code: 'unexpected_reply' })
      expect(String(error)).not.toContain('wJalrXUtnFEMI')
    })
  }
})

describe('a client without credentials', () => {
  test('sends assumeRoleWithWebIdentity, without a signature', async () => {
    const { fetch, calling } = assumeRoleWithWebIdentity()
    await calling
    expect(fetch.requests.map(({ url, headers }) => [url, [...headers]])).toEqual([
      ['https://sts.eu-central-1.amazonaws.com/', [['content-type', 'application/x-www-form-urlencoded']]],
    ])
  })

  test('sends nothing that must be signed', async () => {
    const fetch = scriptedFetch(xmlReply(assumeRoleReply))
    const sts = new StsClient({ region: 'eu-central-1', fetch })
    for (const calling of [sts.getCallerIdentity(), sts.assumeRole(ROLE)]) {
      const error = await rejectionOf(calling)
      expect(error).toBeInstanceOf(CredentialsError)
      expect(error).toMatchObject({ message: expect.stringMatching(/^There are no credentials: /) })
    }
    expect(fetch.requests).toEqual([])
  })
})

test('a client with credentials does not ask for them, nor sign, where the token is the proof', async () => {
  const credentials = vi.fn(async () => CREDENTIALS)
  const fetch = scriptedFetch(xmlReply(webIdentityReply))
  await makeClient({ fetch, credentials }).assumeRoleWithWebIdentity({ ...ROLE, webIdentityToken: TOKEN })
  expect(credentials).not.toHaveBeenCalled()
  expect(fetch.requests[0]?.headers.has('authorization')).toBe(false)
})

test('assumeRole is signed for STS in its region, session token included', async () => {
  const { fetch, calling } = assumeRole({})
  await calling
  expect(fetch.requests[0]?.headers.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/us-east-1\/sts\/aws4_request, /,
  )
})

describe('what AWS refuses of a web identity', () => {
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0) // no wait between attempts
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test.each([
    ['IDPRejectedClaim', 403, 1],
    ['IDPCommunicationError', 400, 3],
    ['InvalidIdentityToken', 400, 1],
    ['ExpiredTokenException', 400, 1],
  ])('is a ServiceError: %s', async (code, status, attempts) => {
    const { fetch, calling } = assumeRoleWithWebIdentity({}, xmlReply(errorReply(code), { status }))
    const error = await rejectionOf(calling)
    expect(isServiceError(error)).toBe(true)
    expect(error).toMatchObject({ code, statusCode: status, retryable: attempts > 1, attempts })
    expect(fetch.requests).toHaveLength(attempts)
  })

  test('because the provider could not be reached may succeed a moment later', async () => {
    const unreachable = xmlReply(errorReply('IDPCommunicationError'), { status: 400 })
    const { fetch, calling } = assumeRoleWithWebIdentity({}, unreachable, xmlReply(webIdentityReply))
    expect(await calling).toMatchObject(ASSUMED_ROLE)
    expect(fetch.requests).toHaveLength(2)
  })

  test('because it has run out is not asked again, whatever credentials the client has besides', async () => {
    const expired = xmlReply(errorReply('ExpiredTokenException'), { status: 400 })
    const fetch = scriptedFetch(expired)
    const sts = makeClient({ fetch, credentials: async () => CREDENTIALS, maxAttempts: 3 })
    const calling = sts.assumeRoleWithWebIdentity({ ...ROLE, webIdentityToken: TOKEN })
    expect(await rejectionOf(calling)).toMatchObject({ code: 'ExpiredTokenException', attempts: 1 })
    expect(fetch.requests).toHaveLength(1)
  })
})

describe('a web identity token is in no error, though the service echoes it', () => {
  const tokens = {
    'a JWT': TOKEN,
    'no JWT': 'opaque~token/with+characters=of.all-kinds',
    'no JWT, and short': 'hush',
    "with what a form encodes and JavaScript doesn't": "opaque!token*(of)'kinds",
    'with what XML escapes': 'opaque&token<of>"kinds"',
  }
  const escapeXml = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  /** As it stands, and as the request had it. */
  const echoes = (token: string, body: string) => [token, /WebIdentityToken=([^&]*)/.exec(body)?.[1] ?? '']

  const replies: Record<string, (echo: string) => Response> = {
    'a message': (echo) => xmlReply(errorReply('InvalidIdentityToken', escapeXml(echo)), { status: 400 }),
    'a code': (echo) => xmlReply(errorReply(escapeXml(echo)), { status: 400 }),
    'a page': (echo) => new Response(`<p>${echo}`, { status: 400, headers: { 'content-type': 'text/html' } }),
    'XML that is none': (echo) => xmlReply(`<p>${echo}`, { status: 400 }),
    'XML of another kind': (echo) => xmlReply(`<p>${escapeXml(echo)}</p>`, { status: 400 }),
    'a request id': (echo) =>
      xmlReply('', { status: 400, headers: { 'x-amzn-requestid': echo.replaceAll(/[^\x21-\x7e]/g, '') } }),
  }
  for (const [kind, token] of Object.entries(tokens)) {
    test.each(Object.keys(replies))(`${kind}, in %s`, async (place) => {
      const probe = assumeRoleWithWebIdentity({ webIdentityToken: token })
      await probe.calling
      for (const echo of echoes(token, probe.fetch.requests[0]?.body ?? '')) {
        const answer = replies[place]?.(echo) ?? xmlReply('')
        const error = await rejectionOf(
          assumeRoleWithWebIdentity({ webIdentityToken: token }, answer).calling,
        )
        const { message, stack, cause } = error as Error
        const told = `${message} ${stack} ${String(cause)} ${JSON.stringify(error)}`
        for (const form of [token, echo, escapeXml(echo), encodeURIComponent(token)]) {
          expect(told).not.toContain(form)
          expect(told).not.toContain(JSON.stringify(form).slice(1, -1))
        }
      }
    })
  }

  test('nor in that of an input which is refused', async () => {
    const error = await rejectionOf(assumeRoleWithWebIdentity({ durationSeconds: 1 }).calling)
    expect(JSON.stringify(error) + String(error)).not.toContain(TOKEN)
  })
})
