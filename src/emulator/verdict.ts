// Says in a few words how a request ended, and what decided, for people who watch the emulator.

import type { AccessDecision } from './account/access.ts'
import type { EmulatorRequest } from './request-log.ts'

/** How a request ended. */
export interface Verdict {
  /** `fault` where one on order happened to it, whatever else did. */
  readonly outcome: 'allowed' | 'denied' | 'refused' | 'failed' | 'fault'
  /** What decided, such as `by AdministratorAccess, Statement[0]`; `''` where nothing needs to. */
  readonly why: string
}

/** What the log knows of a request, in words. */
export function verdictOf(request: EmulatorRequest): Verdict {
  const { statusCode, errorCode, errorMessage, decisions = [], fault } = request
  if (fault !== undefined) return { outcome: 'fault', why: faultInWords(request) }
  if (errorCode === undefined) return { outcome: 'allowed', why: allowedBy(decisions) }
  const denial = decisions.find(({ allowed }) => !allowed)
  if (errorCode === 'AccessDenied' && denial !== undefined) {
    return { outcome: 'denied', why: denialInWords(denial) }
  }
  const outcome = errorCode === 'AccessDenied' ? 'denied' : statusCode < 500 ? 'refused' : 'failed'
  return { outcome, why: `${errorCode}: ${errorMessage}` }
}

/** A policy as people call it: of a managed one its name. */
export function policyName(policy: string): string {
  return policy.replace(/^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/(?:.*\/)?/, '')
}

function allowedBy(decisions: readonly AccessDecision[]): string {
  const statements = decisions.flatMap(({ policy, statement }) =>
    policy === undefined ? [] : `${policyName(policy)}, ${statement}`,
  )
  return statements.length === 0 ? '' : `by ${[...new Set(statements)].join(' and ')}`
}

function denialInWords({ action, policy, statement, deniedBy = '' }: AccessDecision): string {
  return policy === undefined
    ? `${layers[deniedBy] ?? `no ${deniedBy} policy allows`} ${action}`
    : `by ${policyName(policy)}, ${statement}`
}

const layers: Readonly<Record<string, string>> = {
  boundary: 'the permissions boundary does not allow',
  'service control': 'a level of the organization has no service control policy that allows',
  trust: "the role's trust policy does not allow",
}

function faultInWords({ statusCode, errorCode, fault }: EmulatorRequest): string {
  const effects = [
    fault?.delayMs !== undefined && `${fault.delayMs} ms late`,
    errorCode,
    fault?.body !== undefined && "an answer that is not AWS's",
    fault?.dateOffsetMs !== undefined && `a clock off by ${fault.dateOffsetMs} ms`,
    fault?.close !== undefined && (statusCode === 0 ? 'no answer' : `cut in the ${fault.close}`),
  ]
  return `on order: ${effects.filter(Boolean).join(', ')}`
}
