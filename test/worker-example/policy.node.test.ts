import { describe, expect, test } from 'vitest'
import { checkPolicy, PolicyError } from '../../worker-example/policy/check-policy.ts'
import { sha256 } from './stage.ts'

const secrets = [{ sha256: sha256('a') }]
const audiences = ['https://api.example.com']
const caller = { name: 'ci', secrets, audiences }
const access = { team: 'https://example.cloudflareaccess.com', audience: 'aud' }
const openai = {
  preset: 'openai',
  options: { identityProviderId: 'idp_123', serviceAccountId: 'svcacct_123' },
}

describe('a policy', () => {
  test('that says nothing allows nothing', () => {
    expect(checkPolicy({ callers: [] })).toEqual({ callers: [], console: {}, exchanges: {} })
  })

  test('gives a caller the least where it says no more than whom tokens are for', () => {
    expect(checkPolicy({ callers: [caller] }).callers).toEqual([
      {
        ...caller,
        algorithms: ['ES384'],
        maxDurationSeconds: 300,
        requestsPerMinute: 600,
        tags: { fixed: {}, fromCaller: {}, allowed: [] },
        exchanges: [],
      },
    ])
  })

  test('may have all that there is', () => {
    const policy = {
      $schema: './policy.schema.json',
      console: {
        secrets: [{ sha256: sha256('b'), expires: '2027-01-31T00:00:00Z' }],
        emails: ['a@example.com'],
      },
      access,
      webIdentity: {
        audience: 'https://tokens.example.com',
        account: ['123456789012'],
        maxTokenAgeSeconds: 300,
      },
      exchanges: { openai },
      callers: [
        { name: 'ci', secrets, audiences, algorithms: ['RS256', 'ES384'], maxDurationSeconds: 3600 },
        { name: 'people', access: { emails: ['B@Example.com'], clientIds: ['x.access'] }, audiences },
        {
          name: 'job',
          subjects: ['arn:aws:iam::123456789012:role/jobs/nightly'],
          exchanges: ['openai'],
          tags: { fixed: { a: '' }, fromCaller: { b: 'subject' }, allowed: ['c'] },
        },
        { name: 'worker', serviceBinding: 'billing', audiences },
      ],
    }
    const { callers } = checkPolicy(policy)
    expect(callers[1]?.access?.emails).toEqual(['b@example.com'])
  })

  test.each([
    { issuer: ['https://example.com'] },
    { account: ['123456789012'] },
    { organization: ['o-a1b2c3d4e5'] },
  ])('may say by one thing alone whose web identity tokens are taken: %j', (pins) => {
    const webIdentity = { audience: 'https://tokens.example.com', ...pins }
    expect(checkPolicy({ webIdentity, callers: [] })).toMatchObject({ webIdentity })
  })

  // valibot leaves them out of what it read, so that the tag or the exchange would not be there, and nobody would know.
  test.each(['prototype', 'constructor', '__proto__'])('can’t name a tag or an exchange %s', (name) => {
    const named = (value: unknown) => JSON.parse(`{"${name}":${JSON.stringify(value)}}`)
    const rule = `must not have the name ${name}`
    for (const [path, policy] of [
      ['callers[0].tags.fixed', { callers: [{ ...caller, tags: { fixed: named('a') } }] }],
      ['callers[0].tags.fromCaller', { callers: [{ ...caller, tags: { fromCaller: named('caller') } }] }],
      ['exchanges', { callers: [caller], exchanges: named(openai) }],
    ] as const) {
      expect(() => checkPolicy(policy)).toThrow(`${path} ${rule}`)
    }
  })

  test.each<[string, unknown]>([
    ['callers is missing', []],
    ['the policy must be an object', 'text'],
    ['callers is missing', {}],
    ['callers must be an array of objects', { callers: {} }],
    ['caller is not known here', { callers: [], caller: [] }],
    ['callers[0].name is missing', { callers: [{ secrets, audiences }] }],
    [
      'callers[0].name must be 1 to 64 of A-Z a-z 0-9 _ . @ : / -',
      { callers: [{ ...caller, name: '<script>' }] },
    ],
    ['callers[0].audience is not known here', { callers: [{ ...caller, audience: 'a' }] }],
    [
      'callers[0].name must be 1 to 64 of A-Z a-z 0-9 _ . @ : / -',
      { callers: [{ ...caller, name: 'x'.repeat(65) }] },
    ],
    ['callers[0].audiences[0] must not be empty', { callers: [{ ...caller, audiences: [''] }] }],
    [
      'callers[0].audiences[0] must have at most 1000 characters',
      { callers: [{ ...caller, audiences: ['x'.repeat(1001)] }] },
    ],
    [
      'callers[0].audiences[0] must be well-formed Unicode: it holds half a surrogate pair',
      { callers: [{ ...caller, audiences: ['x\ud800'] }] },
    ],
    [
      'callers[0].requestsPerMinute must be a whole number of at least 1',
      { callers: [{ ...caller, requestsPerMinute: 0 }] },
    ],
    [
      'callers[0].requestsPerMinute must be a whole number of at least 1',
      { callers: [{ ...caller, requestsPerMinute: 1.5 }] },
    ],
    [
      'callers[0].maxDurationSeconds must be a whole number of seconds from 60 to 3600',
      { callers: [{ ...caller, maxDurationSeconds: 59 }] },
    ],
    [
      'callers[0].maxDurationSeconds must be a whole number of seconds from 60 to 3600',
      { callers: [{ ...caller, maxDurationSeconds: 60.5 }] },
    ],
    [
      'callers[0].subjects[0] must be the whole ARN of a principal, without wildcards',
      { callers: [{ ...caller, subjects: ['arn:aws:iam::123456789012:role/job?'] }] },
    ],
    [
      'callers[0].subjects[0] must be the whole ARN of a principal, without wildcards',
      { callers: [{ ...caller, subjects: ['arn:aws:iam::123456789012:role/job '] }] },
    ],
    ['callers[0].subjects must hold at least one', { callers: [{ ...caller, subjects: [] }] }],
    [
      'callers[0].tags.allowed[0] must be 1 to 128 letters, digits, spaces and _.:/=+-@',
      { callers: [{ ...caller, tags: { allowed: ['x'.repeat(129)] } }] },
    ],
    ['callers[0].secrets names one twice', { callers: [{ ...caller, secrets: [...secrets, ...secrets] }] }],
    [
      'callers[0].algorithms[0] must be "RS256" or "ES384"',
      { callers: [{ ...caller, algorithms: ['HS256'] }] },
    ],
    ['callers[0].algorithms must hold at least one', { callers: [{ ...caller, algorithms: [] }] }],
    [
      'callers[0].maxDurationSeconds must be a whole number of seconds from 60 to 3600',
      { callers: [{ ...caller, maxDurationSeconds: 3601 }] },
    ],
    [
      'callers[0].secrets[0].sha256 must be a SHA-256 hash: 64 hexadecimal digits in small letters',
      { callers: [{ ...caller, secrets: [{ sha256: 'the secret itself' }] }] },
    ],
    [
      // Else it would be another one than the same hash in small letters, and both may be of different callers.
      'callers[0].secrets[0].sha256 must be a SHA-256 hash: 64 hexadecimal digits in small letters',
      { callers: [{ ...caller, secrets: [{ sha256: sha256('a').toUpperCase() }] }] },
    ],
    [
      'callers[0].secrets[0].expires must be a time such as 2027-01-31T00:00:00Z',
      { callers: [{ ...caller, secrets: [{ ...secrets[0], expires: 'tomorrow' }] }] },
    ],
    [
      'callers[0].secrets[0].expires must be a time such as 2027-01-31T00:00:00Z',
      // An ISO 8601 time, of which JavaScript's Date makes none.
      { callers: [{ ...caller, secrets: [{ ...secrets[0], expires: '2027-01-31T00:00:00+05' }] }] },
    ],
    ['callers[0].secrets must hold at least one', { callers: [{ ...caller, secrets: [] }] }],
    [
      'callers[0].subjects[0] must be the whole ARN of a principal, without wildcards',
      { callers: [{ ...caller, subjects: ['arn:aws:iam::123456789012:role/*'] }] },
    ],
    // As `aws sts get-caller-identity` prints it.
    [
      'callers[0].subjects[0] must be the ARN of the role, arn:aws:iam::<account>:role/<path and name>, and not of its session',
      { callers: [{ ...caller, subjects: ['arn:aws:sts::123456789012:assumed-role/nightly/session'] }] },
    ],
    [
      'callers[0].secrets[0].sha256 must not be the hash of an empty secret',
      { callers: [{ ...caller, secrets: [{ sha256: sha256('') }] }] },
    ],
    [
      'callers[0].tags.fromCaller.who says email, which needs access.emails: no token could have it',
      {
        access,
        callers: [
          {
            ...caller,
            access: { clientIds: ['x.access'] },
            tags: { fromCaller: { who: 'email', a: 'caller' } },
          },
        ],
      },
    ],
    [
      'callers[0].tags.fromCaller.who says clientId, which needs access.clientIds: no token could have it',
      {
        access,
        callers: [
          { ...caller, access: { emails: ['a@example.com'] }, tags: { fromCaller: { who: 'clientId' } } },
        ],
      },
    ],
    [
      'callers[0].tags.fromCaller.who says subject, which needs subjects: no token could have it',
      { callers: [{ ...caller, tags: { fromCaller: { who: 'subject' } } }] },
    ],
    [
      'callers[0].tags.fromCaller.who says account, which needs subjects: no token could have it',
      { callers: [{ ...caller, tags: { fromCaller: { who: 'account' } } }] },
    ],
    [
      'callers[0].tags.fromCaller.a must be one of caller, subject, account, email, clientId',
      { callers: [{ ...caller, tags: { fromCaller: { a: 'secret' } } }] },
    ],
    [
      'callers[0] must have secrets, access, subjects or serviceBinding: nobody can be it',
      { callers: [{ name: 'ci', audiences }] },
    ],
    ['callers[0] must have audiences or exchanges', { callers: [{ name: 'ci', secrets }] }],
    [
      'callers[0].subjects needs webIdentity',
      { callers: [{ ...caller, subjects: ['arn:aws:iam::1:role/a'] }] },
    ],
    [
      'callers[0].access needs access, the application',
      { callers: [{ ...caller, access: { emails: ['a@example.com'] } }] },
    ],
    ['callers[0].access must have emails or clientIds', { access, callers: [{ ...caller, access: {} }] }],
    [
      'callers[0].access.emails must hold at least one',
      { access, callers: [{ ...caller, access: { emails: [] } }] },
    ],
    [
      'callers[0].access.emails[0] must be an email address',
      { access, callers: [{ ...caller, access: { emails: ['@example.com'] } }] },
    ],
    [
      'callers[0].tags must name each key once, without regard to case, as AWS compares them',
      { callers: [{ ...caller, tags: { fixed: { Team: 'a' }, allowed: ['team'] } }] },
    ],
    [
      'callers[0].tags must name each key once, without regard to case, as AWS compares them',
      { callers: [{ ...caller, tags: { fixed: { Team: 'a' }, fromCaller: { team: 'caller' } } }] },
    ],
    [
      'callers[0].tags must name at most 50 keys',
      { callers: [{ ...caller, tags: { allowed: Array.from({ length: 51 }, (_, index) => `k${index}`) } }] },
    ],
    [
      'callers[1].name repeats what callers[0] has',
      { callers: [caller, { ...caller, secrets: [{ sha256: sha256('b') }] }] },
    ],
    ['callers[1].secrets repeats what callers[0] has', { callers: [caller, { ...caller, name: 'other' }] }],
    [
      'callers[1].access repeats what callers[0] has',
      {
        access,
        callers: ['a', 'b'].map((name) => ({ name, audiences, access: { emails: ['A@example.com'] } })),
      },
    ],
    [
      'callers[1].access repeats what callers[0] has',
      {
        access,
        callers: ['a', 'b'].map((name) => ({ name, audiences, access: { clientIds: ['x.access'] } })),
      },
    ],
    [
      'callers[1].serviceBinding repeats what callers[0] has',
      { callers: ['a', 'b'].map((name) => ({ name, audiences, serviceBinding: 'same' })) },
    ],
    [
      'callers[1].subjects repeats what callers[0] has',
      {
        webIdentity: { audience: 'a', account: ['123456789012'] },
        callers: ['a', 'b'].map((name) => ({ name, audiences, subjects: ['arn:aws:iam::1:role/a'] })),
      },
    ],
    [
      'webIdentity must name issuer, account or organization: anybody can have tokens of AWS',
      { webIdentity: { audience: 'a' }, callers: [] },
    ],
    [
      'webIdentity.account[0] must be an AWS account',
      { webIdentity: { audience: 'a', account: ['1'] }, callers: [] },
    ],
    [
      'webIdentity.issuer[0] must be https',
      { webIdentity: { audience: 'a', issuer: ['http://example.com'] }, callers: [] },
    ],
    [
      'webIdentity.issuer must hold at least one',
      { webIdentity: { audience: 'a', issuer: [], account: ['123456789012'] }, callers: [] },
    ],
    [
      'callers[0].audiences must not have webIdentity.audience: such tokens are for asking here',
      { webIdentity: { audience: 'https://api.example.com', account: ['123456789012'] }, callers: [caller] },
    ],
    [
      'callers[0].audiences must not have webIdentity.audience: such tokens are for asking here',
      {
        webIdentity: { audience: 'https://tokens.example.com', account: ['123456789012'] },
        callers: [{ ...caller, audiences: [...audiences, 'https://tokens.example.com'] }],
      },
    ],
    [
      'console.secrets must not have one of a caller: it would open both',
      { console: { secrets }, callers: [caller] },
    ],
    ['console.emails needs access', { console: { emails: ['a@example.com'] }, callers: [] }],
    [
      'access.team must be an origin such as https://example.cloudflareaccess.com',
      { access: { ...access, team: 'http://example.com' }, callers: [] },
    ],
    [
      'access.team must be an origin such as https://example.cloudflareaccess.com',
      { access: { ...access, team: 'http://127.0.0.1.example.com' }, callers: [] },
    ],
    [
      'access.team must be an origin such as https://example.cloudflareaccess.com',
      { access: { ...access, team: 'https://example.cloudflareaccess.com/' }, callers: [] },
    ],
    [
      'callers[0].exchanges names openai, which is not in exchanges',
      { callers: [{ ...caller, exchanges: ['openai'] }] },
    ],
    [
      'callers[0].exchanges names constructor, which is not in exchanges',
      { callers: [{ ...caller, exchanges: ['constructor'] }] },
    ],
    ['exchanges.openai is of no caller', { exchanges: { openai }, callers: [] }],
    [
      'exchanges.x.preset must be one of anthropic, chainguard,',
      { exchanges: { x: { ...openai, preset: 'toString' } }, callers: [{ ...caller, exchanges: ['x'] }] },
    ],
    [
      'exchanges.x.preset must have an exchange: to this party the token itself is given',
      {
        exchanges: { x: { preset: 'snowflake', options: { account: 'myorg-myaccount' } } },
        callers: [{ ...caller, exchanges: ['x'] }],
      },
    ],
    [
      'exchanges.x must not send tokens for webIdentity.audience: with one the party could ask here',
      {
        webIdentity: { audience: 'https://tokens.example.com', account: ['123456789012'] },
        exchanges: {
          x: { ...openai, options: { ...openai.options, audience: 'https://tokens.example.com' } },
        },
        callers: [{ ...caller, exchanges: ['x'] }],
      },
    ],
    [
      'exchanges.x.options.serviceAccountId ',
      {
        exchanges: { x: { preset: 'openai', options: { identityProviderId: 'idp_123' } } },
        callers: [{ ...caller, exchanges: ['x'] }],
      },
    ],
    [
      'exchanges.x.options.tokenEndpoint must be https',
      {
        exchanges: {
          x: { preset: 'openai', options: { ...openai.options, tokenEndpoint: 'http://169.254.169.254/' } },
        },
        callers: [{ ...caller, exchanges: ['x'] }],
      },
    ],
  ])('is none where %s', (words, document) => {
    expect(() => checkPolicy(document)).toThrow(PolicyError)
    expect(() => checkPolicy(document)).toThrow(words)
  })

  test('that is none says everything that is wrong with it at once, and shows no value', () => {
    const document = {
      callers: [
        { ...caller, name: 'a secret name!', maxDurationSeconds: 1, secrets: [{ sha256: 'a secret hash' }] },
      ],
    }
    expect(() => checkPolicy(document)).toThrow(
      /^callers\[0\]\.name must .*; callers\[0\]\.secrets\[0\]\.sha256 must .*; callers\[0\]\.maxDurationSeconds must /,
    )
    expect(() => checkPolicy(document)).not.toThrow(/a secret/)
  })
})
