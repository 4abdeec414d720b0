// Who asks, as far as the Worker knows it.

import type { Via } from '../ledger/audit-line.ts'
import type { Caller, callerFacts } from '../policy/caller.ts'

/** A caller of the policy, and what else is known of it. */
export interface Identified {
  readonly caller: Caller
  readonly via: Via
  /** Who it is beside its name: the principal's ARN, the email address, the client ID, the first digits of its secret's hash. */
  readonly identity?: string
  readonly facts: Readonly<Partial<Record<(typeof callerFacts)[number], string>>>
}
