import { describe, expect, test } from 'vitest'
import {
  type PolicyPrincipals,
  type PolicyStatement,
  parsePolicy,
} from '../../../src/emulator/policy/document.ts'
import { evaluateTrust, type RequestPrincipal } from '../../../src/emulator/policy/evaluate.ts'
import { request } from './requests.ts'

const account = '123456789012'
const user = { arns: [`arn:aws:iam::${account}:user/ada`], accountId: account }
const session = {
  arns: [`arn:aws:sts::${account}:assumed-role/worker/s1`, `arn:aws:iam::${account}:role/outbound/worker`],
  accountId: account,
}
const provider = `arn:aws:iam::${account}:oidc-provider/issuer.example`
const federated = { arns: [], accountId: account, federated: provider }
const service = { arns: [], accountId: account, service: 'lambda.amazonaws.com' }

const trusts = (
  Principal: '*' | PolicyPrincipals,
  parts: Partial<PolicyStatement> = {},
): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal,
  ...parts,
})

function decide(principal: RequestPrincipal | undefined, ...statements: PolicyStatement[]) {
  const trust = parsePolicy('trust', 'trust', { Version: '2012-10-17', Statement: statements })
  const resource = `arn:aws:iam::${account}:role/target`
  return evaluateTrust(
    request(
      { 'sts:externalid': 'x' },
      { action: 'sts:AssumeRole', resource, ...(principal && { principal }) },
    ),
    trust,
  )
}

const silent = { allowed: false, explicit: false, kind: 'trust' }

describe('a trust policy admits', () => {
  test.each<[string, RequestPrincipal, '*' | PolicyPrincipals, string]>([
    ['a user by its ARN', user, { AWS: `arn:aws:iam::${account}:user/ada` }, 'principal'],
    ['a session by its ARN', session, { AWS: ['999999999999', session.arns[0] ?? ''] }, 'principal'],
    ['a session by its role', session, { AWS: `arn:aws:iam::${account}:role/outbound/worker` }, 'role'],
    ['a user by its account', user, { AWS: account }, 'account'],
    ['a session by the root of its account', session, { AWS: `arn:aws:iam::${account}:root` }, 'account'],
    ['anybody', user, '*', 'everyone'],
    ['anybody of AWS', session, { AWS: '*' }, 'everyone'],
    ['a federated caller by its provider', federated, { Federated: provider }, 'principal'],
    ['a service', service, { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] }, 'principal'],
  ])('%s', (_, principal, Principal, through) => {
    expect(decide(principal, trusts(Principal))).toEqual({
      allowed: true,
      by: { policy: 'trust', sid: 'Statement[0]' },
      through,
    })
  })

  test('by the most direct of the ways, of one statement and of several', () => {
    const both = { AWS: [account, `arn:aws:iam::${account}:user/ada`] }
    expect(decide(user, trusts(both))).toMatchObject({ through: 'principal' })
    const [own = ''] = session.arns
    expect(decide(session, trusts({ AWS: account }), trusts({ AWS: own }, { Sid: 'Own' }))).toEqual({
      allowed: true,
      by: { policy: 'trust', sid: 'Own' },
      through: 'principal',
    })
    expect(decide(session, trusts({ AWS: [account, session.arns[1] ?? ''] }))).toMatchObject({
      through: 'role',
    })
  })
})

describe('a trust policy does not admit', () => {
  test.each<[string, RequestPrincipal | undefined, '*' | PolicyPrincipals]>([
    ['another user', user, { AWS: `arn:aws:iam::${account}:user/Ada` }],
    ['another session', session, { AWS: `arn:aws:sts::${account}:assumed-role/worker/s2` }],
    ['a role without its path', session, { AWS: `arn:aws:iam::${account}:role/worker` }],
    ['another account', user, { AWS: '999999999999' }],
    ['a federated caller by the account of its provider', federated, { AWS: account }],
    ['a service by an account', service, { AWS: account }],
    ['another provider', federated, { Federated: `${provider}/x` }],
    ['an AWS caller as a federated one', user, { Federated: provider }],
    ['an AWS caller as a service', user, { Service: 'lambda.amazonaws.com' }],
    ['nobody', undefined, '*'],
  ])('%s', (_, principal, Principal) => {
    expect(decide(principal, trusts(Principal))).toEqual(silent)
  })

  test('another action, or one whose condition fails', () => {
    expect(decide(user, trusts('*', { Action: 'sts:AssumeRoleWithWebIdentity' }))).toEqual(silent)
    expect(decide(user, trusts('*', { Condition: { StringEquals: { 'sts:ExternalId': 'y' } } }))).toEqual(
      silent,
    )
    expect(
      decide(user, trusts('*', { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })),
    ).toMatchObject({
      allowed: true,
    })
  })

  test('whom it denies', () => {
    const barred = trusts({ AWS: account }, { Effect: 'Deny', Sid: 'No' })
    expect(decide(user, trusts('*'), barred)).toEqual({
      allowed: false,
      explicit: true,
      kind: 'trust',
      by: { policy: 'trust', sid: 'No' },
    })
    expect(decide(federated, trusts('*'), barred)).toMatchObject({ allowed: true })
  })
})
