// AWS's words for a refused request: IAM user guide, "Troubleshoot access denied error messages".

import type { PolicyKind } from './document.ts'
import type { Denial } from './evaluate.ts'

/**
 * The message of an `AccessDenied`.
 *
 * Observed: both messages of identity policies. Documented, and seen in public logs: those of boundaries, session
 * policies and service control policies. Of a trust policy that allows nothing, public logs of STS have no reason at
 * all, where the documentation has "because no role trust policy allows the sts:AssumeRole action": the logs are
 * followed. Documented alone: the explicit deny of a trust policy.
 *
 * @param callerArn as GetCallerIdentity answers it; `undefined` for an unsigned request, of which AWS says less
 */
export function denialMessage(
  callerArn: string | undefined,
  { action, resource }: { readonly action: string; readonly resource: string },
  denial: Denial,
): string {
  if (callerArn === undefined) return `Not authorized to perform ${action}`
  const refusal = `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource}`
  if (denial.explicit) return `${refusal} with an explicit deny in ${denying[denial.kind]}`
  const lacking = allowing[denial.kind]
  return lacking === undefined ? refusal : `${refusal} because no ${lacking} allows the ${action} action`
}

const denying: Readonly<Record<PolicyKind, string>> = {
  identity: 'an identity-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  'service control': 'a service control policy',
  trust: 'the role trust policy',
}

const allowing: Readonly<Record<PolicyKind, string | undefined>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  'service control': 'service control policy',
  trust: undefined,
}
