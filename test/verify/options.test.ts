// What can't be written down: a verifier that trusts too much.

import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { createVerifier, type VerifierOptions } from '../../src/verify/index.ts'
import { ACCOUNT, AUDIENCE, codeOf, goodClaims, ISSUER, jwks, localVerifier, sign } from './support.ts'

const good = { audience: AUDIENCE, account: ACCOUNT }

describe('refused at once', () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ['no audience', { audience: undefined }, /^audience/],
    ['an empty audience', { audience: '' }, /^audience must have 1 to 1000/],
    ['no audiences', { audience: [] }, /^audience must name at least one/],
    ['no pin', { account: undefined }, /^account/],
    ['a pin that is not set', { organization: undefined }, /^organization/],
    ['an empty pin', { account: [] }, /^account must name at least one/],
    ['an account with a star', { account: '*' }, /^account must be an AWS account/],
    ['an account that is a number', { account: 123456789012 }, /^account/],
    ['an organization with a star', { organization: 'o-*' }, /^organization/],
    ['an issuer with a path', { issuer: `${ISSUER}/x` }, /^issuer must be https/],
    ['an issuer with a slash', { issuer: `${ISSUER}/` }, /^issuer/],
    ['an issuer with a port', { issuer: `${ISSUER}:8443` }, /^issuer/],
    ['an issuer in capitals', { issuer: ISSUER.toUpperCase() }, /^issuer/],
    ['an issuer with a user', { issuer: 'https://a@b.example' }, /^issuer/],
    ['an issuer over http', { issuer: 'http://issuer.example' }, /^issuer/],
    ['one of two issuers', { issuer: [ISSUER, 'x'] }, /^issuer\[1\]/],
    ['a subject that is a star', { subject: '*' }, /^subject must be an ARN/],
    ['an organizational unit that is a star', { organizationalUnit: '*' }, /^organizationalUnit/],
    ['tags that are none', { principalTags: {} }, /^principalTags must name/],
    ['a tag without a value', { principalTags: { team: undefined } }, /^principalTags.team/],
    ['too much tolerance', { clockTolerance: 300_001 }, /^clockTolerance must be from 0 to 300000/],
    ['tolerance that is no number', { clockTolerance: Number.NaN }, /^clockTolerance/],
    ['an algorithm of another kind', { algorithms: ['HS256'] }, /^algorithms\[0\] must be RS256 or ES384/],
    ['no algorithm', { algorithms: [] }, /^algorithms/],
    ['algorithms that are not set', { algorithms: undefined }, /^algorithms must be a list/],
    ['an age that is not set', { maxTokenAge: undefined }, /^maxTokenAge must be from 1/],
    ['keys of nobody', { jwks: { keys: [] } }, /^jwks must be given by issuer/],
    ['keys that are none', { issuer: ISSUER, jwks: { keys: ['x'] } }, /^jwks.keys/],
    ['keys with a function', { issuer: ISSUER, jwks: { keys: [{ kid() {} }] } }, /^jwks.keys must .* JSON/],
    [
      'keys with a symbol',
      { jwks: { [ISSUER]: { keys: [{ kid: Symbol('a') }] } } },
      /"\]\.keys must .* JSON/,
    ],
    [
      'keys behind a proxy',
      { issuer: ISSUER, jwks: { keys: [new Proxy({}, {})] } },
      /^jwks.keys must .* JSON/,
    ],
    ['keys that are no list', { jwks: { [ISSUER]: new Map([['keys', []]]) } }, /"\] must be a plain object/],
    ['keys of another issuer', { issuer: ISSUER, jwks: {} }, /^jwks must have the keys of/],
    ['keys by issuer, of no issuer', { jwks: {} }, /^jwks must name at least one issuer/],
    ['an age above the longest life', { maxTokenAge: 3_600_001 }, /^maxTokenAge must be from 1 to 3600000/],
    ['stale before fresh', { keysFreshFor: 2000, keysStaleFor: 1000 }, /^keysStaleFor/],
    ['half a token', { remember: 0.5 }, /^remember must be a whole number/],
    ['an option that is not known', { issuers: ISSUER }, /^issuers is not known here/],
  ]
  test.each(cases)('%s', (_, change, message) => {
    const make = () => createVerifier({ ...good, ...change } as VerifierOptions)
    expect(make).toThrow(InputError)
    expect(make).toThrow(message)
  })

  test('a verifier without any pin, with the reason', () => {
    // @ts-expect-error one of issuer, account and organization is needed
    expect(() => createVerifier({ audience: AUDIENCE })).toThrow(/must pin who may speak/)
    // @ts-expect-error a subject alone is no such pin
    expect(() => createVerifier({ audience: AUDIENCE, subject: 'arn:aws:iam::*:role/x' })).toThrow(/must pin/)
    // @ts-expect-error the audience is needed
    expect(() => createVerifier({ account: ACCOUNT })).toThrow(/^audience is missing/)
  })
})

describe('what would drop a pin in silence is refused: options', () => {
  const subject = `arn:aws:iam::${ACCOUNT}:role/worker`
  class Config {
    audience = AUDIENCE
    account = ACCOUNT
    get subject() {
      return subject
    }
  }
  class Bare extends (null as unknown as ObjectConstructor) {
    get account() {
      return ACCOUNT
    }
  }
  const hidden = Object.defineProperty({ ...good }, 'subject', { value: subject, enumerable: false })
  const tags = Object.create({ team: 'platform' })
  tags.stage = 'prod'

  test.each<[string, unknown, string]>([
    ['of a class, which has its getters on the prototype', new Config(), 'options'],
    ['of a class without a parent', Object.create(Bare.prototype), 'options'],
    ['that inherit', Object.create({ ...good }), 'options'],
    [
      'that inherit from what has no prototype',
      Object.setPrototypeOf({ ...good }, Object.create(null)),
      'options',
    ],
    ['with a hidden member', hidden, 'options'],
    ['in a list', [good], 'options'],
    ['in a Map', new Map(Object.entries(good)), 'options'],
    ['that are none', undefined, 'options'],
    ['with tags that inherit', { ...good, principalTags: tags }, 'principalTags'],
    ['with tags in a Map', { ...good, principalTags: new Map([['team', 'platform']]) }, 'principalTags'],
    ['with keys in a Map', { ...good, jwks: new Map() }, 'jwks'],
  ])('%s', (_, options, path) => {
    // They are none of the type's.
    const make = () => createVerifier(options as VerifierOptions)
    expect(make).toThrow(InputError)
    expect(make).toThrow(`${path} must be a plain object`)
  })
})

test('options without a prototype are plain too', async () => {
  const options = { ...good, issuer: ISSUER, jwks: await jwks(), now: () => goodClaims().iat * 1000 }
  const verifier = createVerifier(Object.assign(Object.create(null), options))
  expect((await verifier.verify(await sign())).accountId).toBe(ACCOUNT)
})

test('keys that were given are what they were when they were given', async () => {
  const keys = await jwks()
  const verifier = await localVerifier({ jwks: keys })
  for (const key of keys.keys) key.kid = 'another'
  expect((await verifier.verify(await sign())).accountId).toBe(ACCOUNT)
})

test.each(['http://localhost:4566/x', 'http://127.0.0.1:9999', 'http://[::1]:8080/a/b'])(
  'an issuer on loopback may be %s',
  (issuer) => {
    expect(() => createVerifier({ audience: AUDIENCE, issuer })).not.toThrow()
  },
)

test.each([
  'http://localhost:4566/',
  'http://localhost:4566/?x',
  'http://127.0.0.1.nip.io',
  'http://a@localhost',
])('but not %s', (issuer) => {
  expect(() => createVerifier({ audience: AUDIENCE, issuer })).toThrow(/^issuer/)
})

describe('a pin', () => {
  const cases: [string, Partial<VerifierOptions>, string][] = [
    ['account', { account: '999999999999' }, 'account'],
    ['organization', { organization: ['o-other', 'o-another'] }, 'organization'],
    ['organizational unit', { organizationalUnit: 'o-a1b2c3d4e5/r-ab12/ou-ab12-2*' }, 'organizational_unit'],
    ['subject', { subject: 'arn:aws:iam::123456789012:role/outbound/work' }, 'subject'],
    [
      'a question mark of a subject',
      { subject: 'arn:aws:iam::123456789012:role/outbound/worke?r' },
      'subject',
    ],
    ['region', { region: ['us-east-1'] }, 'region'],
    ['a tag', { principalTags: { team: 'Platform' } }, 'principal_tags'],
    ['a tag that is not there', { principalTags: { constructor: 'x' } }, 'principal_tags'],
    ['one tag of two', { principalTags: { team: 'platform', stage: 'prod' } }, 'principal_tags'],
    ['audience', { audience: `${AUDIENCE}/` }, 'audience'],
    ['algorithm', { algorithms: ['RS256'] }, 'algorithm'],
  ]
  test.each(cases)('%s refuses who is another', async (_, options, code) => {
    const verifier = await localVerifier(options)
    expect(await codeOf(verifier.verify(await sign()))).toBe(code)
  })

  test.each([
    ['audience', { audience: ['https://other.example'] }, {}],
    ['account', { account: ['999999999999'] }, {}],
    ['organization', { organization: ['o-other'] }, {}],
    ['organizationalUnit', { organizationalUnit: ['o-other/r-ab12/*'] }, {}],
    ['subject', { subject: [`arn:aws:iam::${ACCOUNT}:role/other`] }, {}],
    ['region', { region: ['us-east-1'] }, {}],
    ['principalTags', { principalTags: { team: ['other'] } }, {}],
    ['algorithms', { algorithms: ['RS256'] as const }, {}],
    ['issuer', {}, { iss: 'https://other.tokens.sts.global.api.aws' }],
  ])('%s is not widened by who catches its error', async (_, options, claims) => {
    const verifier = await localVerifier(options)
    const token = await sign(goodClaims(claims))
    const { code, expected, actual } = await verifier.verify(token).catch((reason) => reason)
    const wanted = [actual ?? 'ES384'].flat()
    expect(() => expected.push(...wanted)).toThrow(TypeError)
    expect(await codeOf(verifier.verify(token))).toBe(code)
  })

  test('of the issuers whose keys are given is not widened either', async () => {
    const verifier = createVerifier({ ...good, jwks: { [ISSUER]: await jwks() } })
    const token = await sign(goodClaims({ iss: 'https://other.tokens.sts.global.api.aws' }))
    const { expected } = await verifier.verify(token).catch((reason) => reason)
    expect(expected).toEqual([ISSUER])
    expect(Object.isFrozen(expected)).toBe(true)
  })

  test('leaves the list that was given as it was', () => {
    const account = [ACCOUNT]
    createVerifier({ audience: AUDIENCE, account })
    expect(Object.isFrozen(account)).toBe(false)
  })

  test('lets through who meets all of them', async () => {
    const verifier = await localVerifier({
      audience: ['https://other.example', AUDIENCE],
      account: ['999999999999', ACCOUNT],
      organization: 'o-a1b2c3d4e5',
      organizationalUnit: 'o-a1b2c3d4e5/*/ou-ab12-????????/',
      subject: ['arn:aws:iam::*:role/outbound/*'],
      region: ['us-east-1', 'eu-central-1'],
      principalTags: { team: ['infra', 'platform'] },
    })
    expect((await verifier.verify(await sign())).accountId).toBe(ACCOUNT)
  })

  test('of an organization refuses who is in none', async () => {
    const verifier = await localVerifier({ organization: 'o-a1b2c3d4e5' })
    const token = await sign(goodClaims({}, { org_id: undefined }))
    expect(await codeOf(verifier.verify(token))).toBe('organization')
  })

  test('with a star in the account is not met by a colon in a role’s path', async () => {
    const sub = `arn:aws:iam::${ACCOUNT}:role/a:role/admin`
    const verifier = await localVerifier({ subject: 'arn:aws:iam::*:role/admin' })
    expect(await codeOf(verifier.verify(await sign(goodClaims({ sub }))))).toBe('subject')
  })

  test('of many stars takes no time', async () => {
    const verifier = await localVerifier({ subject: `arn:aws:iam::*:role/${'*a'.repeat(500)}b` })
    const sub = `arn:aws:iam::${ACCOUNT}:role/${'a'.repeat(500)}/x`
    const before = performance.now()
    expect(await codeOf(verifier.verify(await sign(goodClaims({ sub }))))).toBe('subject')
    expect(performance.now() - before).toBeLessThan(500)
  })

  test('does not come from a polluted prototype, nor is it loosened by one', async () => {
    const prototype = Object.prototype as Record<string, unknown>
    const [keys, token] = [await jwks(), await sign()]
    prototype['account'] = ACCOUNT
    prototype['clockTolerance'] = 300_000
    try {
      // @ts-expect-error there is no pin
      expect(() => createVerifier({ audience: AUDIENCE })).toThrow(/must pin/)
      const { exp } = goodClaims()
      const options = { audience: AUDIENCE, issuer: ISSUER, jwks: keys, now: () => exp * 1000 }
      expect(await codeOf(createVerifier(options).verify(token))).toBe('expired')
    } finally {
      delete prototype['account']
      delete prototype['clockTolerance']
    }
  })
})

test('nor does a polluted prototype put anybody into an organization', async () => {
  const verifier = await localVerifier({ organization: 'o-other' })
  const token = await sign(goodClaims({}, { org_id: undefined }))
  const prototype = Object.prototype as Record<string, unknown>
  prototype['organizationId'] = 'o-other'
  try {
    expect(await codeOf(verifier.verify(token))).toBe('organization')
  } finally {
    delete prototype['organizationId']
  }
})

test('a message can be acted on, and the error holds no token', async () => {
  const token = await sign()
  const verifier = await localVerifier({ audience: 'https://b.example' })
  const error = await verifier.verify(token).catch((reason) => reason)
  expect(error.message).toBe(
    'For audience "https://api.example.com", this service answers to "https://b.example"',
  )
  expect(error).toMatchObject({ expected: ['https://b.example'], actual: [AUDIENCE] })
  const text = JSON.stringify([error, error.stack, String(error)])
  for (const part of token.split('.')) expect(text).not.toContain(part.slice(0, 20))
})
