// Whether a caller may assume a role: the role's trust policy and, unless it trusts the caller itself, the caller's own
// policies. IAM user guide, "Policy evaluation logic", and "How to use trust policies with IAM roles".

import { accessDenied, describeDecision, policiesOf } from '../account/access.ts'
import { type Caller, callerArn } from '../account/caller.ts'
import { type Context, callerContext, resourceKeys, set } from '../account/context.ts'
import type { Identity } from '../account/identity.ts'
import type { SignedCall } from '../call.ts'
import { parsePolicy } from '../policy/document.ts'
import {
  type ContextValue,
  type Decision,
  evaluate,
  evaluateTrust,
  type RequestPrincipal,
} from '../policy/evaluate.ts'

/** Refuses what the role or the caller's policies do not allow. */
export async function authorizeRole(
  call: SignedCall,
  role: Identity,
  action: 'sts:AssumeRole' | 'sts:TagSession' | 'sts:SetSourceIdentity',
  keys: Readonly<Record<string, ContextValue>>,
): Promise<void> {
  const { caller, directory, trace } = call
  const context = set(await callerContext(call), {
    ...resourceKeys(directory.account(role.accountId)),
    ...keys,
  })
  for (const [key, value] of Object.entries(role.tags)) set(context, { [`aws:ResourceTag/${key}`]: value })
  const decision = combine(call, role, action, context)
  trace.decisions = [...(trace.decisions ?? []), describeDecision(action, role.arn, decision)]
  if (!decision.allowed) throw accessDenied(caller, action, role.arn, decision)
}

function combine(
  { caller, account }: SignedCall,
  role: Identity,
  action: string,
  context: Context,
): Decision {
  const request = { action, resource: role.arn, context }
  const policies = policiesOf(caller, account)
  const own = evaluate(request, policies)
  if (!own.allowed && own.explicit) return own
  const trusted = evaluateTrust({ ...request, principal: principalOf(caller) }, role.trust)
  if (!trusted.allowed) return trusted
  // The account that is trusted delegates to its policies, and so does an account that trusts another.
  const isGrant = role.accountId === account.id && trusted.through !== 'account'
  if (own.allowed || !isGrant) return own
  // The role's policy grants in the place of an identity policy. Who is named himself is limited by his organization
  // alone, who is named as a role by everything.
  const limits = trusted.through === 'principal' ? { serviceControl: policies.serviceControl } : policies
  const limited = evaluate(request, { ...limits, identity: [everything] })
  return limited.allowed ? trusted : limited
}

const everything = parsePolicy('', 'identity', {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
})

function principalOf(caller: Caller): RequestPrincipal {
  const { arn, accountId } = caller.identity
  return { arns: [...new Set([arn, callerArn(caller)])], accountId }
}
