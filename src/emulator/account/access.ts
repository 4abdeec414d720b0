// Whether a caller may do what it asks for, by every policy that applies to it; what is denied is AWS's AccessDenied.

import { denialMessage } from '../policy/denial.ts'
import type { Decision, Denial, Policies } from '../policy/evaluate.ts'
import { Fault } from '../protocol/fault.ts'
import type { Account } from './account.ts'
import { type Caller, callerArn } from './caller.ts'

/** One answer of the policies, for whoever watches the emulator. */
export interface AccessDecision {
  readonly action: string
  readonly resource: string
  readonly allowed: boolean
  /** The policy and statement that decided; absent where nothing allows. */
  readonly policy?: string
  readonly statement?: string
  /** Which kind of policy denied, or lacks an allow. */
  readonly deniedBy?: string
}

/** The caller's own policies: identity, boundary, session and service control. */
export function policiesOf({ identity, session }: Caller, { organization }: Account): Policies {
  return {
    identity: identity.policies,
    boundary: identity.boundary,
    session: session?.policies,
    serviceControl: organization?.levels,
  }
}

/** What to tell of a decision. */
export function describeDecision(action: string, resource: string, decision: Decision): AccessDecision {
  return {
    action,
    resource,
    allowed: decision.allowed,
    ...('by' in decision && { policy: decision.by.policy, statement: decision.by.sid }),
    ...(!decision.allowed && { deniedBy: decision.kind }),
  }
}

/** AWS's refusal of an action that the policies do not allow. */
export function accessDenied(caller: Caller, action: string, resource: string, denial: Denial): Fault {
  return new Fault(403, 'AccessDenied', denialMessage(callerArn(caller), { action, resource }, denial))
}
