// Requests and policies as the tests of the policies write them.

import { type Policy, type PolicyStatement, parsePolicy } from '../../../src/emulator/policy/document.ts'
import {
  type AccessRequest,
  type ContextValue,
  type Decision,
  evaluate,
} from '../../../src/emulator/policy/evaluate.ts'

export const mint = 'sts:GetWebIdentityToken'
export const self = 'arn:aws:sts::123456789012:self'

/** A request for a token, with these keys in its context. */
export function request(
  context: Readonly<Record<string, ContextValue>> = {},
  parts: Partial<AccessRequest> = {},
): AccessRequest {
  return { action: mint, resource: self, ...parts, context: new Map(Object.entries(context)) }
}

/** A statement that allows everything that its parts do not narrow. */
export function allow(parts: Partial<PolicyStatement> = {}): PolicyStatement {
  return {
    Effect: 'Allow',
    ...('NotAction' in parts ? {} : { Action: '*' }),
    ...('NotResource' in parts ? {} : { Resource: '*' }),
    ...parts,
  }
}

export function deny(parts: Partial<PolicyStatement> = {}): PolicyStatement {
  return { ...allow(parts), Effect: 'Deny' }
}

/** An identity policy of the current version. */
export function policy(...statements: PolicyStatement[]): Policy {
  return parsePolicy('test', 'identity', { Version: '2012-10-17', Statement: statements })
}

export function decide(asked: AccessRequest, ...statements: PolicyStatement[]): Decision {
  return evaluate(asked, { identity: [policy(...statements)] })
}

/** Whether one condition holds for a request with these keys. */
export function holds(
  operator: string,
  key: string,
  values: string | number | boolean | readonly (string | number | boolean)[],
  context: Readonly<Record<string, ContextValue>>,
): boolean {
  return decide(request(context), allow({ Condition: { [operator]: { [key]: values } } })).allowed
}
