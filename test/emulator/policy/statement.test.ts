import { describe, expect, test } from 'vitest'
import { type PolicyStatement, parsePolicy } from '../../../src/emulator/policy/document.ts'
import { evaluate } from '../../../src/emulator/policy/evaluate.ts'
import { allow, decide, deny, mint, policy, request, self } from './requests.ts'

const permits = (statement: PolicyStatement, parts = {}, context = {}) =>
  decide(request(context, parts), statement).allowed

describe('an action', () => {
  test.each([
    '*',
    'sts:*',
    'sts:GetWebIdentityToken',
    'STS:getwebidentitytoken',
    'sts:Get*',
    'sts:?etWeb*Token',
  ])('that is written %s is the one that mints', (Action) => {
    expect(permits(allow({ Action }))).toBe(true)
  })

  test.each([
    'iam:*',
    'sts:GetWebIdentity',
    'sts:TagGetWebIdentityToken',
    'sts:?GetWebIdentityToken',
    'st:*',
  ])('that is written %s is another', (Action) => {
    expect(permits(allow({ Action }))).toBe(false)
  })

  test('fits where one of a list does', () => {
    expect(permits(allow({ Action: ['iam:*', mint] }))).toBe(true)
  })

  test('of the request may be in any case as well', () => {
    expect(permits(allow({ Action: mint }), { action: 'STS:GETWEBIDENTITYTOKEN' })).toBe(true)
  })

  test('under NotAction fits where none of the list does', () => {
    expect(permits(allow({ NotAction: ['iam:*', 's3:*'] }))).toBe(true)
    expect(permits(allow({ NotAction: ['iam:*', 'sts:get*'] }))).toBe(false)
  })
})

describe('a resource', () => {
  test.each([
    '*',
    self,
    'arn:aws:sts::123456789012:*',
    'arn:aws:sts::*:self',
    'arn:*:sts::12345678901?:s*',
    'arn:aws:sts:*:*:*',
    'arn:aws:sts',
    'arn:aws:sts::*',
  ])('that is written %s is the account itself', (Resource) => {
    expect(permits(allow({ Resource }))).toBe(true)
  })

  test.each([
    'arn:aws:sts::123456789012:SELF',
    'arn:aws:sts::123456789013:self',
    'arn:aws:sts:*:self',
    'arn:aws:*:self',
    'arn:aws:iam',
    'arn:aws:sts::123456789012:self:*',
    'arn:*:iam::123456789012:*',
  ])('that is written %s is another', (Resource) => {
    expect(permits(allow({ Resource }))).toBe(false)
  })

  test.each(['role/a/b/c', 'role/x:y'])(
    'wildcard in the last segment reaches over slashes and colons: %s',
    (name) => {
      const resource = `arn:aws:iam::123456789012:${name}`
      expect(permits(allow({ Resource: 'arn:aws:iam::123456789012:role/*' }), { resource })).toBe(true)
    },
  )

  test('of the request that is no ARN fits "*" alone', () => {
    expect(permits(allow({ Resource: 'arn:aws:sts::123456789012:self' }), { resource: 'arn:aws:sts' })).toBe(
      false,
    )
    expect(permits(allow(), { resource: 'arn:aws:sts' })).toBe(true)
  })

  test('under NotResource fits where none of the list does', () => {
    expect(permits(allow({ NotResource: 'arn:aws:iam::*:role/*' }))).toBe(true)
    expect(permits(allow({ NotResource: ['arn:aws:iam::*:role/*', 'arn:aws:sts::*:self'] }))).toBe(false)
  })
})

describe('a variable', () => {
  const role = (name: string) => ({ resource: `arn:aws:iam::123456789012:role/${name}` })
  const named = (text: string) => allow({ Resource: `arn:aws:iam::123456789012:role/${text}` })

  test('stands for the value of its key, whose name is case-insensitive', () => {
    const context = { 'aws:username': 'ada', 'aws:principaltag/team': 'blue' }
    expect(permits(named(`\${AWS:UserName}-\${aws:PrincipalTag/Team}`), role('ada-blue'), context)).toBe(true)
    expect(permits(named(`\${aws:username}`), role('bob'), context)).toBe(false)
  })

  test('whose value holds wildcards stands for those characters', () => {
    const context = { 'aws:username': '*?' }
    expect(permits(named(`\${aws:username}`), role('ada'), context)).toBe(false)
    expect(permits(named(`\${aws:username}`), role('*?'), context)).toBe(true)
  })

  test('may stand beside wildcards', () => {
    const context = { 'aws:username': 'ada' }
    expect(permits(named(`*/\${aws:username}-?`), role('a/b/ada-1'), context)).toBe(true)
    expect(permits(named(`*/\${aws:username}-?`), role('a/b/ada-'), context)).toBe(false)
  })

  test('without a value fits no resource, under Deny too', () => {
    expect(permits(named(`\${aws:username}`), role('ada'))).toBe(false)
    expect(permits(named(`\${aws:username}*`), role(`\${aws:username}`))).toBe(false)
    const barred = deny({ Resource: `arn:aws:iam::123456789012:role/*\${aws:username}` })
    expect(decide(request({}, role('ada')), allow(), barred).allowed).toBe(true)
  })

  test('without a value fits no resource under NotResource, so that the statement speaks of all', () => {
    expect(permits(allow({ NotResource: `arn:aws:iam::*:role/\${aws:username}` }), role('ada'))).toBe(true)
  })

  test('has its default where the key has no value', () => {
    const text = `\${aws:PrincipalTag/team, 'company wide'}`
    expect(permits(named(text), role('company wide'))).toBe(true)
    expect(permits(named(text), role('blue'), { 'aws:principaltag/team': 'blue' })).toBe(true)
    expect(permits(named(text), role('company wide'), { 'aws:principaltag/team': 'blue' })).toBe(false)
    expect(permits(named(text), role(''), { 'aws:principaltag/team': '' })).toBe(true)
  })

  test('whose default holds a wildcard stands for that character', () => {
    expect(permits(named(`\${aws:username, '*'}`), role('ada'))).toBe(false)
    expect(permits(named(`\${aws:username, '*'}`), role('*'))).toBe(true)
  })

  test('can be no key with many values', () => {
    expect(permits(named(`\${aws:TagKeys}`), role('a'), { 'aws:tagkeys': ['a'] })).toBe(false)
  })

  test.each([
    [`\${*}`, '*'],
    [`\${?}`, '?'],
    [`\${$}`, '$'],
    [`\${$}{aws:username}`, `\${aws:username}`],
  ])('%s stands for %s itself', (text, name) => {
    expect(permits(named(text), role(name), { 'aws:username': 'ada' })).toBe(true)
    expect(permits(named(text), role('a'), { 'aws:username': 'ada' })).toBe(false)
  })

  test.each([`\${`, `\${}`, `\${aws:username`, `\${aws:username, '}`])(
    'that is none stands for itself: %s',
    (text) => {
      expect(permits(named(text), role(text), { 'aws:username': 'ada' })).toBe(true)
    },
  )

  test.each([undefined, '2008-10-17'])('is plain text in version %s', (Version) => {
    const statement = named(`\${aws:username}`)
    const identity = [parsePolicy('old', 'identity', { ...(Version && { Version }), Statement: statement })]
    const context = { 'aws:username': 'ada' }
    expect(evaluate(request(context, role('ada')), { identity }).allowed).toBe(false)
    expect(evaluate(request(context, role(`\${aws:username}`)), { identity }).allowed).toBe(true)
  })

  test('in the condition of an old version is plain text', () => {
    const statement = allow({ Condition: { StringEquals: { 'aws:userid': `\${aws:username}` } } })
    const identity = [parsePolicy('old', 'identity', { Statement: statement })]
    const context = { 'aws:username': 'ada', 'aws:userid': 'ada' }
    expect(evaluate(request(context), { identity }).allowed).toBe(false)
  })

  test('is read in no time, however many begin and never end', () => {
    const began = performance.now()
    policy(named("${a, '".repeat(20_000)), named('${'.repeat(20_000)), named('${a'.repeat(20_000)))
    expect(performance.now() - began).toBeLessThan(5000)
  }, 30_000)
})
