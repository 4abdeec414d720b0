import { describe, expect, test } from 'vitest'
import { PolicyError, type PolicyKind, parsePolicy } from '../../../src/emulator/policy/document.ts'

const statement = { Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' }
const trusting = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }

function refusalOf(document: unknown, kind: PolicyKind = 'identity'): PolicyError {
  try {
    parsePolicy('test', kind, document)
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
  throw new Error('The policy was accepted')
}

const withStatement = (parts: object) => ({ Version: '2012-10-17', Statement: [{ ...statement, ...parts }] })
const withTrust = (parts: object) => ({ Version: '2012-10-17', Statement: [{ ...trusting, ...parts }] })
const without = (name: string) => ({
  Statement: Object.fromEntries(Object.entries(statement).filter(([key]) => key !== name)),
})

describe('a policy is read', () => {
  test('from an object and from JSON text', () => {
    const parsed = parsePolicy('a', 'identity', withStatement({}))
    expect(parsed).toMatchObject({ name: 'a', kind: 'identity' })
    expect(parsePolicy('a', 'identity', JSON.stringify(withStatement({})))).toEqual(parsed)
  })

  test.each([
    ['with one statement that is no list', { Statement: statement }],
    ['with an Id', { Id: 'x', Statement: statement }],
    ['of the old version', { Version: '2008-10-17', Statement: [statement] }],
    [
      'with Sids',
      {
        Statement: [
          { ...statement, Sid: 'A1' },
          { ...statement, Sid: 'A2' },
        ],
      },
    ],
    [
      'with empty Sids',
      {
        Statement: [
          { ...statement, Sid: '' },
          { ...statement, Sid: '' },
        ],
      },
    ],
    ['with lists', withStatement({ Action: ['sts:*', '*'], Resource: ['arn:aws:sts::*:self', '*'] })],
    [
      'with numbers and booleans',
      withStatement({ Condition: { NumericLessThan: { 'a:b': [1, true, 'x'] } } }),
    ],
  ])('%s', (_, document) => {
    expect(parsePolicy('a', 'identity', document).statements).not.toHaveLength(0)
  })

  test.each<PolicyKind>(['identity', 'boundary', 'session', 'service control'])(
    'as %s, without principals',
    (kind) => {
      expect(parsePolicy('a', kind, withStatement({})).kind).toBe(kind)
      expect(refusalOf(withTrust({ Resource: '*' }), kind).path).toBe('Statement[0].Principal')
    },
  )

  test.each([
    '*',
    { AWS: '*' },
    { AWS: ['123456789012', 'arn:aws:iam::123456789012:root'] },
    { AWS: ['arn:aws:iam::123456789012:user/a/b', 'arn:aws-cn:iam::123456789012:role/a'] },
    { AWS: 'arn:aws:sts::123456789012:assumed-role/a/b' },
    {
      Federated: 'arn:aws:iam::123456789012:oidc-provider/issuer.example',
      Service: ['lambda.amazonaws.com'],
    },
  ])('as a trust policy of %j', (Principal) => {
    expect(parsePolicy('a', 'trust', withTrust({ Principal })).kind).toBe('trust')
  })
})

describe('a policy is refused, and the error says where and what to write', () => {
  test.each<[string, unknown, string]>([
    ['{"Statement": ', '', 'The policy must be JSON: '],
    ['[]', '', 'The policy must be an object in braces.'],
    ['null', '', 'The policy must be an object in braces.'],
  ])('for the text %s', (text, path, message) => {
    const error = refusalOf(text)
    expect(error).toMatchObject({ name: 'PolicyError', path })
    expect(error.message).toContain(message)
  })

  test("with the parser's own error as its cause", () => {
    expect(refusalOf('{').cause).toBeInstanceOf(SyntaxError)
  })

  test.each<[string, unknown]>([
    ['Version', { ...withStatement({}), Version: '2012-10-18' }],
    ['Version', { ...withStatement({}), Version: undefined }],
    ['Id', { ...withStatement({}), Id: 1 }],
    ['Statements', { ...withStatement({}), Statements: [] }],
    ['Statement', { Version: '2012-10-17' }],
    ['Statement', { Statement: [] }],
    ['Statement[0]', { Statement: 'Allow' }],
    ['Statement[1].Effect', { Statement: [statement, { ...statement, Effect: 'allow' }] }],
    ['Statement[0].Effect', without('Effect')],
    ['Statement[0]', without('Action')],
    ['Statement[0]', without('Resource')],
    ['Statement[0]', withStatement({ NotAction: '*' })],
    ['Statement[0]', withStatement({ NotResource: '*' })],
    ['Statement[0].Actions', withStatement({ Actions: '*' })],
    ['Statement[0].constructor', withStatement({ constructor: '*' })],
    ['Statement[0].__proto__', '{"Statement":{"__proto__":{"Effect":"Allow"},"Action":"*","Resource":"*"}}'],
    ['Statement[0].Principal', withStatement({ Principal: '*' })],
    ['Statement[0].NotPrincipal', withStatement({ NotPrincipal: '*' })],
    ['Statement[0].Sid', withStatement({ Sid: 'a b' })],
    ['Statement[0].Sid', withStatement({ Sid: 1 })],
    [
      'Statement[1].Sid',
      {
        Statement: [
          { ...statement, Sid: 'A' },
          { ...statement, Sid: 'A' },
        ],
      },
    ],
    ['Statement[0].Action', withStatement({ Action: [] })],
    ['Statement[0].Action', withStatement({ Action: 1 })],
    ['Statement[0].Action[1]', withStatement({ Action: ['*', null] })],
    ['Statement[0].Action', withStatement({ Action: 'GetWebIdentityToken' })],
    ['Statement[0].Action', withStatement({ Action: 'sts:a:b' })],
    ['Statement[0].Action', withStatement({ Action: 'sts:' })],
    ['Statement[0].Action', withStatement({ Action: 'sts:Get Token' })],
    ['Statement[0].NotAction', { Statement: { Effect: 'Deny', NotAction: 'x', Resource: '*' } }],
    ['Statement[0].Resource', withStatement({ Resource: 'self' })],
    ['Statement[0].Resource', withStatement({ Resource: 'a*' })],
    ['Statement[0].Resource', withStatement({ Resource: {} })],
    ['Statement[0].Condition', withStatement({ Condition: [] })],
    ['Statement[0].Condition.StringEqual', withStatement({ Condition: { StringEqual: {} } })],
    ['Statement[0].Condition.stringEquals', withStatement({ Condition: { stringEquals: {} } })],
    ['Statement[0].Condition.NullIfExists', withStatement({ Condition: { NullIfExists: {} } })],
    ['Statement[0].Condition.ForAll:Null', withStatement({ Condition: { 'ForAll:Null': {} } })],
    ['Statement[0].Condition.constructor', withStatement({ Condition: { constructor: {} } })],
    ['Statement[0].Condition.StringEquals', withStatement({ Condition: { StringEquals: 'a' } })],
    ['Statement[0].Condition.Bool.secure', withStatement({ Condition: { Bool: { secure: true } } })],
    ['Statement[0].Condition.Bool.a:b', withStatement({ Condition: { Bool: { 'a:b': [] } } })],
    ['Statement[0].Condition.Bool.a:b[1]', withStatement({ Condition: { Bool: { 'a:b': ['a', {}] } } })],
    ['Statement[0].Condition.Bool.a:b', withStatement({ Condition: { Bool: { 'a:b': null } } })],
  ])('at %s: %j', (path, document) => {
    const error = refusalOf(document)
    expect(error.path).toBe(path)
    expect(error.message).toMatch(/^\S+ .+\.$/)
    expect(error.message.startsWith(`${path} `)).toBe(true)
  })

  test.each<[string, unknown]>([
    ['Statement[0].Resource', withTrust({ Resource: '*' })],
    ['Statement[0].NotResource', withTrust({ NotResource: '*' })],
    ['Statement[0].NotPrincipal', withTrust({ NotPrincipal: '*' })],
    ['Statement[0]', { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' } }],
    ['Statement[0].Action', withTrust({ Action: 's3:GetObject' })],
    ['Statement[0].Action', withTrust({ Action: '*' })],
    ['Statement[0].Principal', withTrust({ Principal: '123456789012' })],
    ['Statement[0].Principal', withTrust({ Principal: {} })],
    ['Statement[0].Principal.CanonicalUser', withTrust({ Principal: { CanonicalUser: 'a' } })],
    ['Statement[0].Principal.AWS', withTrust({ Principal: { AWS: 'ada' } })],
    ['Statement[0].Principal.AWS', withTrust({ Principal: { AWS: '12345678901' } })],
    ['Statement[0].Principal.AWS', withTrust({ Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } })],
    ['Statement[0].Principal.AWS', withTrust({ Principal: { AWS: 'arn:aws:iam::123456789012:group/a' } })],
    ['Statement[0].Principal.AWS', withTrust({ Principal: { AWS: [] } })],
    ['Statement[0].Principal.Federated', withTrust({ Principal: { Federated: '*' } })],
    ['Statement[0].Principal.Service', withTrust({ Principal: { Service: '*.amazonaws.com' } })],
  ])('at %s of a trust policy: %j', (path, document) => {
    expect(refusalOf(document, 'trust').path).toBe(path)
  })

  test('by whole sentences', () => {
    expect(refusalOf(withStatement({ Effect: 'allow' })).message).toBe(
      'Statement[0].Effect must be "Allow" or "Deny", with the capital letter.',
    )
    expect(refusalOf(without('Action')).message).toBe(
      'Statement[0] must have either Action or NotAction, and has neither.',
    )
    expect(refusalOf(withStatement({ NotAction: '*' })).message).toBe(
      'Statement[0] must have either Action or NotAction, and has both.',
    )
    expect(refusalOf(withStatement({ Actions: '*' })).message).toBe(
      'Statement[0].Actions is not known here: use Sid, Effect, Action, NotAction, Condition, Resource, NotResource.',
    )
    expect(refusalOf(withTrust({ NotPrincipal: '*' }), 'trust').message).toBe(
      'Statement[0].NotPrincipal must not stand in a trust policy: use Principal "*" with a condition on aws:PrincipalArn.',
    )
  })

  test('whatever a polluted prototype says', () => {
    const polluted = Object.assign(Object.create({ Resource: '*' }), without('Resource').Statement)
    expect(refusalOf({ Statement: polluted }).path).toBe('Statement[0]')
  })
})
