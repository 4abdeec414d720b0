// Somebody else's evaluator beside ours: @cloud-copilot/iam-simulate, which is AGPL and so may judge us here and is never
// shipped. Generated policies and requests get the same verdict from both; where the two differ, the cases below say why.

import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ConditionValue,
  type PolicyDocument,
  type PolicyKind,
  type PolicyStatement,
  parsePolicy,
} from '../../../src/emulator/policy/document.ts'
import { type ContextValue, evaluate, evaluateTrust } from '../../../src/emulator/policy/evaluate.ts'
import { allow } from './requests.ts'

type Context = Readonly<Record<string, ContextValue>>
type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied'

interface Case {
  readonly action: string
  readonly resource: string
  readonly context: Context
  readonly identity: readonly PolicyDocument[]
  readonly boundary: PolicyDocument | undefined
  readonly serviceControl: readonly (readonly PolicyDocument[])[]
}

const user = 'arn:aws:iam::123456789012:user/ada'
const session = 'arn:aws:sts::123456789012:assumed-role/worker/s1'
const target = 'arn:aws:iam::123456789012:role/target'

describe('the other evaluator gives the same verdict', () => {
  test('on generated identity policies, boundaries and service control policies', () => {
    const verdicts = new Map<Verdict, number>()
    fc.assert(
      fc.property(cases(), (each) => {
        const verdict = ours(each)
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
        expect(verdict).toBe(theirs(each))
      }),
      { seed: 20261, numRuns: 10_000 },
    )
    // Else the cases would be too dull to tell anything.
    expect([...verdicts.values()].every((count) => count > 500)).toBe(true)
    expect(verdicts.size).toBe(3)
  }, 60_000)

  test('on single conditions', () => {
    const sides = { true: 0, false: 0 }
    fc.assert(
      fc.property(conditions(), contexts(), (condition, context) => {
        const each = asked({ identity: [documentOf(allow({ Condition: condition }))], context })
        const verdict = ours(each)
        sides[`${verdict === 'Allowed'}`] += 1
        expect(verdict).toBe(theirs(each))
      }),
      { seed: 20262, numRuns: 20_000 },
    )
    expect(Math.min(sides.true, sides.false)).toBeGreaterThan(4000)
  }, 60_000)

  test('on who may assume a role of its own account', async () => {
    const verdicts = new Map<Verdict, number>()
    const choices = [trusts(), fc.constantFrom(user, session), fc.boolean(), fc.boolean()] as const
    await fc.assert(
      fc.asyncProperty(...choices, async (trust, caller, granted, fenced) => {
        const boundary = fenced ? documentOf(allow({ Action: 's3:*' })) : undefined
        const identity = granted ? [documentOf(allow())] : []
        const each = asked({ action: 'sts:AssumeRole', resource: target, identity, boundary })
        const verdict = oursOfTrust(each, trust, caller)
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
        expect(verdict).toBe(await theirsOfTrust(each, trust, caller))
      }),
      { seed: 20263, numRuns: 2000 },
    )
    expect([...verdicts.values()].every((count) => count > 150)).toBe(true)
    expect(verdicts.size).toBe(3)
  }, 60_000)
})

describe('the other evaluator differs', () => {
  const differences: readonly {
    readonly why: string
    readonly statement: PolicyStatement
    readonly context?: Context
    readonly allowedHere: boolean
  }[] = [
    {
      why: 'a negated operator against a variable without a value: "do match against a null value", says the user guide',
      statement: allow({ Condition: { StringNotEquals: { 'aws:userid': `\${aws:username}` } } }),
      context: { 'aws:userid': 'a' },
      allowedHere: true,
    },
    {
      why: 'a variable without a value in NotResource: it "will not match any resource", says the user guide',
      statement: allow({ NotResource: `arn:aws:iam::123456789012:role/\${aws:username}` }),
      allowedHere: true,
    },
    {
      why: 'a variable whose value is empty, which is a value all the same',
      statement: allow({ Resource: `arn:aws:iam::123456789012:role/target\${aws:PrincipalTag/team}` }),
      context: { 'aws:principaltag/team': '' },
      allowedHere: true,
    },
    {
      why: 'ForAnyValue with IfExists for an absent key: IfExists makes any operator but Null true then',
      statement: allow({ Condition: { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'a' } } }),
      allowedHere: true,
    },
    {
      why: 'ForAllValues for an empty text, "a null dataset, such as an empty string"',
      statement: allow({ Condition: { 'ForAllValues:StringEquals': { 'aws:username': 'a' } } }),
      context: { 'aws:username': '' },
      allowedHere: true,
    },
    {
      why: 'a character that is written as a variable, where the operator knows no wildcards',
      statement: allow({ Condition: { StringEquals: { 'aws:username': `a\${*}` } } }),
      context: { 'aws:username': 'a*' },
      allowedHere: true,
    },
    {
      why: 'the case of the first five segments of an ARN',
      statement: allow({ Resource: 'arn:aws:IAM::123456789012:role/target' }),
      allowedHere: false,
    },
    {
      why: 'wildcards in the type of a resource, which AWS advises against and does not refuse',
      statement: allow({ Resource: 'arn:aws:iam::123456789012:r*/target' }),
      allowedHere: true,
    },
    {
      why: 'seconds since 1970, which it takes for milliseconds',
      statement: allow({ Condition: { DateEquals: { 'aws:CurrentTime': '1789151808' } } }),
      context: { 'aws:currenttime': '2026-09-11T18:36:48Z' },
      allowedHere: true,
    },
    {
      why: 'an IPv6 address, which is another than any IPv4 address',
      statement: allow({ Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.7' } } }),
      context: { 'aws:sourceip': '2001:db8::7' },
      allowedHere: true,
    },
    {
      why: 'the range of all IPv4 addresses',
      statement: allow({ Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }),
      context: { 'aws:sourceip': '198.51.100.1' },
      allowedHere: true,
    },
    {
      why: 'one IPv6 address in two spellings',
      statement: allow({ Condition: { IpAddress: { 'aws:SourceIp': '2001:DB8::1' } } }),
      context: { 'aws:sourceip': '2001:db8:0::1' },
      allowedHere: true,
    },
    {
      why: 'text that only begins as a number',
      statement: allow({ Condition: { NumericEquals: { 'sts:DurationSeconds': '300 s' } } }),
      context: { 'sts:durationseconds': '300' },
      allowedHere: false,
    },
    {
      why: 'a negated operator against what is no number: it is not equal to one',
      statement: allow({ Condition: { NumericNotEquals: { 'sts:DurationSeconds': 'long' } } }),
      context: { 'sts:durationseconds': '300' },
      allowedHere: true,
    },
    {
      why: 'variables under Bool, which one page of the user guide has and another, the one on variables, has not',
      statement: allow({ Condition: { Bool: { 'aws:SecureTransport': `\${aws:ViaAWSService}` } } }),
      context: { 'aws:securetransport': 'true', 'aws:viaawsservice': 'true' },
      allowedHere: false,
    },
  ]

  test.each(differences)('on $why', ({ statement, context = {}, allowedHere }) => {
    const each = asked({ identity: [documentOf(statement)], context })
    expect(ours(each) === 'Allowed').toBe(allowedHere)
    expect(theirs(each) === 'Allowed').toBe(!allowedHere)
  })
})

function asked(parts: Partial<Case>): Case {
  return {
    action: 'sts:AssumeRole',
    resource: target,
    context: {},
    identity: [],
    boundary: undefined,
    serviceControl: [],
    ...parts,
  }
}

function ours({ action, resource, context, identity, boundary, serviceControl }: Case): Verdict {
  const parse = (kind: PolicyKind) => (document: PolicyDocument) => parsePolicy('p', kind, document)
  return verdictOf(
    evaluate(
      { action, resource, context: new Map(Object.entries(context)) },
      {
        identity: identity.map(parse('identity')),
        boundary: boundary && parse('boundary')(boundary),
        serviceControl: serviceControl.map((level) => level.map(parse('service control'))),
      },
    ),
  )
}

function verdictOf(decision: { readonly allowed: boolean; readonly explicit?: boolean }): Verdict {
  if (decision.allowed) return 'Allowed'
  return decision.explicit ? 'ExplicitlyDenied' : 'ImplicitlyDenied'
}

// In the role's own account, as `Through` documents it.
function oursOfTrust(each: Case, document: PolicyDocument, caller: string): Verdict {
  const role = 'arn:aws:iam::123456789012:role/worker'
  const principal = { arns: caller === session ? [session, role] : [caller], accountId: '123456789012' }
  const { action, resource } = each
  const trust = evaluateTrust(
    { action, resource, principal, context: new Map() },
    parsePolicy('trust', 'trust', document),
  )
  if (!trust.allowed) return verdictOf(trust)
  if (trust.through === 'principal' || trust.through === 'everyone') return 'Allowed'
  return ours(trust.through === 'role' ? { ...each, identity: [documentOf(allow())] } : each)
}

// Without its checks of the input, some of which are for other services.
function theirs(each: Case): Verdict {
  return runUnsafeSimulation(simulationOf(each), {})
}

async function theirsOfTrust(each: Case, trust: PolicyDocument, caller: string): Promise<Verdict> {
  const { request, ...policies } = simulationOf(each)
  const simulation = { ...policies, request: { ...request, principal: caller }, resourcePolicy: trust }
  const results = await runSimulation(simulation, {})
  if (results.resultType === 'error') throw new Error(results.errors.message)
  return results.overallResult
}

function simulationOf({ action, resource, context, identity, boundary, serviceControl }: Case) {
  const named = (policy: PolicyDocument, index: number) => ({ name: `p${index}`, policy })
  return {
    request: {
      principal: user,
      action,
      resource: { resource, accountId: '123456789012' },
      contextVariables: copied(context),
    },
    identityPolicies: identity.map(named),
    ...(boundary && { permissionBoundaryPolicies: [named(boundary, 0)] }),
    serviceControlPolicies: serviceControl.map((level, index) => ({
      orgIdentifier: `ou-${index}`,
      policies: level.map(named),
    })),
    resourceControlPolicies: [],
  }
}

function copied(context: Context): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
  )
}

function documentOf(...statements: PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}

function oneOrMore<Value>(values: readonly Value[]): fc.Arbitrary<Value | Value[]> {
  return fc.oneof(
    fc.constantFrom(...values),
    fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  )
}

function cases(): fc.Arbitrary<Case> {
  const documents = fc.array(statements(), { minLength: 1, maxLength: 3 }).map((list) => documentOf(...list))
  const mostlyOpen = fc.oneof(documents, fc.constant(documentOf(allow())))
  return fc.record({
    action: fc.constantFrom('sts:AssumeRole', 'sts:GetWebIdentityToken', 'iam:GetRole'),
    resource: fc.constantFrom(
      target,
      'arn:aws:iam::123456789012:role/a/ada',
      'arn:aws:sts::123456789012:self',
    ),
    context: contexts(),
    identity: fc.array(documents, { maxLength: 3 }),
    boundary: fc.option(mostlyOpen, { nil: undefined }),
    serviceControl: fc.array(fc.array(mostlyOpen, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
  })
}

function statements(): fc.Arbitrary<PolicyStatement> {
  const actions = oneOrMore([
    '*',
    'sts:*',
    'sts:Assume*',
    'STS:assumerole',
    'iam:Get?ole',
    'sts:*Token',
    's3:*',
  ])
  const role = 'arn:aws:iam::123456789012:role'
  const resources = [
    '*',
    `${role}/*`,
    target,
    'arn:aws:iam::*:role/a/*',
    'arn:*:iam::123456789012:role/*/a?a',
    'arn:aws:sts::123456789012:self',
    'arn:aws:s3:::bucket/*',
    `${role}/a/\${aws:username, 'nobody'}`,
  ]
  const elements = fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: actions.map((Action) => ({ Action })) },
      actions.map((NotAction) => ({ NotAction })),
    ),
    fc.oneof(
      {
        weight: 3,
        arbitrary: oneOrMore([...resources, `${role}/a/\${aws:username}`]).map((Resource) => ({ Resource })),
      },
      oneOrMore(resources).map((NotResource) => ({ NotResource })),
    ),
    fc.option(conditions(), { nil: undefined, freq: 2 }),
    fc.oneof({ weight: 3, arbitrary: fc.constant('Allow' as const) }, fc.constant('Deny' as const)),
  )
  return elements.map(([action, resource, Condition, Effect]) => ({
    Effect,
    ...action,
    ...resource,
    ...(Condition && { Condition }),
  }))
}

function conditions(): fc.Arbitrary<Record<string, Record<string, ConditionValue | ConditionValue[]>>> {
  const one = fc.constantFrom(...families).chain(({ operators, keys, values, ownValues }) => {
    const base = fc.constantFrom(...operators)
    return fc
      .tuple(
        base,
        fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
        fc.boolean(),
        fc.constantFrom(...keys),
      )
      .chain(([operator, quantifier, ifExists, key]) => {
        const name = `${quantifier}${operator}${ifExists && quantifier !== 'ForAnyValue:' ? 'IfExists' : ''}`
        const list = operator.includes('Not') ? values : [...values, ...ownValues]
        return oneOrMore(list).map((chosen) => [name, { [key]: chosen }] as const)
      })
  })
  const presence = fc
    .tuple(fc.constantFrom('aws:username', 'aws:TagKeys', 'sts:DurationSeconds'), fc.boolean())
    .map(([key, isNull]) => ['Null', { [key]: isNull ? 'true' : 'false' }] as const)
  return fc
    .array(fc.oneof({ weight: 5, arbitrary: one }, presence), { minLength: 1, maxLength: 2 })
    .map((list) => Object.fromEntries(list))
}

interface Family {
  readonly operators: readonly string[]
  readonly keys: readonly string[]
  readonly values: readonly ConditionValue[]
  /** For operators that are not negated alone; of the others the cases above tell. */
  readonly ownValues: readonly ConditionValue[]
}

const comparisons = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals']

const families: readonly Family[] = [
  {
    operators: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    keys: ['aws:username', 'AWS:PrincipalTag/Team', 'aws:TagKeys', 'sts:IdentityTokenAudience'],
    values: ['ada', 'ADA', 'team', 'a*', `\${aws:username, 'ada'}`, 1, true],
    ownValues: [`\${aws:username}`, `\${aws:PrincipalTag/team}`, `\${aws:TagKeys}`],
  },
  {
    operators: ['StringLike', 'StringNotLike'],
    keys: ['aws:username', 'aws:PrincipalTag/team', 'aws:TagKeys', 'sts:IdentityTokenAudience'],
    values: ['a*', '*a', 'a?a', '*', 't*e*', `\${*}`, `\${aws:username, '*'}*`],
    ownValues: [`\${aws:username}*`, `?\${aws:PrincipalTag/team}`],
  },
  {
    operators: comparisons.map((name) => `Numeric${name}`),
    keys: ['sts:DurationSeconds'],
    values: [60, '300', 300.5, '-1'],
    ownValues: ['short'],
  },
  {
    operators: comparisons.map((name) => `Date${name}`),
    keys: ['aws:CurrentTime'],
    values: ['2026-09-11', '2026-09-11T18:36:48Z', '2026-09-11T20:36:48+02:00', '2027'.concat('-01')],
    ownValues: ['soon'],
  },
  {
    operators: ['Bool'],
    keys: ['aws:SecureTransport'],
    values: ['true', 'false', true, 'TRUE'],
    ownValues: [],
  },
  {
    operators: ['IpAddress', 'NotIpAddress'],
    keys: ['aws:SourceIp'],
    values: ['203.0.113.0/24', '203.0.113.7/32', '203.0.113.128/25', '2001:db8::/32', '128.0.0.0/1', '::/0'],
    ownValues: ['203.0.113.7'],
  },
  {
    operators: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    keys: ['aws:PrincipalArn'],
    values: ['arn:aws:iam::123456789012:role/*', 'arn:aws:iam::*:user/a?a', 'arn:aws:*:*:*:*', session],
    ownValues: [`arn:aws:iam::*:user/\${aws:username}`, 'arn:aws:iam:*:user/ada'],
  },
]

function contexts(): fc.Arbitrary<Context> {
  const keys = {
    'aws:username': fc.constantFrom('ada', 'bob', 'a*', 'team'),
    'aws:principaltag/team': fc.constantFrom('team', 'Ada', 'ada'),
    'aws:tagkeys': fc.array(fc.constantFrom('team', 'ada', 'a*'), { minLength: 1, maxLength: 3 }),
    'sts:identitytokenaudience': fc.array(fc.constantFrom('team', 'tee', 'ada'), {
      minLength: 1,
      maxLength: 2,
    }),
    'sts:durationseconds': fc.constantFrom('60', '300', '300.5', '3600'),
    'aws:currenttime': fc.constantFrom(
      '2026-09-11T18:36:48Z',
      '2026-09-11T00:00:00Z',
      '2028-01-01T00:00:00Z',
    ),
    'aws:securetransport': fc.constantFrom('true', 'false'),
    'aws:sourceip': fc.constantFrom(
      '203.0.113.7',
      '203.0.113.200',
      '198.51.100.1',
      '2001:db8::7',
      '2001:db9::',
    ),
    'aws:principalarn': fc.constantFrom(user, session, 'arn:aws:iam::123456789012:role/a/b'),
  }
  return fc.record(keys, { requiredKeys: [] })
}

function trusts(): fc.Arbitrary<PolicyDocument> {
  const named = [user, session, 'arn:aws:iam::123456789012:role/worker', '123456789012', '999999999999', '*']
  const one = fc.record({
    Effect: fc.oneof({ weight: 4, arbitrary: fc.constant('Allow' as const) }, fc.constant('Deny' as const)),
    Principal: oneOrMore(named).map((AWS) => ({ AWS })),
    Action: fc.constantFrom('sts:AssumeRole', 'sts:*', 'sts:TagSession'),
  })
  return fc.array(one, { minLength: 1, maxLength: 2 }).map((list) => documentOf(...list))
}
