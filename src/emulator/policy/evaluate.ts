// Decides whether policies allow a request: IAM user guide, "Policy evaluation logic", section "Determining whether a
// request is allowed or denied within an account".

import type { Policy, PolicyKind } from './document.ts'
import { namedThrough, type Through } from './principal.ts'
import type { AccessRequest } from './request.ts'
import { type Statement, speaksOf } from './statement.ts'

export type { Through } from './principal.ts'
export type { AccessRequest, ContextValue, RequestContext, RequestPrincipal } from './request.ts'

/** The policies of a caller, by layer; each layer that is there must allow. */
export interface Policies {
  /** Inline and managed policies of the user or role. */
  readonly identity: readonly Policy[]
  readonly boundary?: Policy | undefined
  /** Of a session that was made with some: at least one must allow. `undefined` for a session without. */
  readonly session?: readonly Policy[] | undefined
  /** Those of the organization's root, of each unit below it and of the account: on every level one must allow. */
  readonly serviceControl?: readonly (readonly Policy[])[] | undefined
}

/** The statement that decided. */
export interface MatchedStatement {
  readonly policy: string
  /** The `Sid`; where there is none, the place, such as `Statement[2]`. */
  readonly sid: string
}

/** Why a request is refused. */
export type Denial =
  | {
      readonly allowed: false
      readonly explicit: true
      readonly kind: PolicyKind
      readonly by: MatchedStatement
    }
  /** `kind` is the layer in which nothing allows. */
  | { readonly allowed: false; readonly explicit: false; readonly kind: PolicyKind }

export type Decision = { readonly allowed: true; readonly by: MatchedStatement } | Denial

/** What a trust policy says, and how it names the caller whom it admits. */
export type TrustDecision =
  | { readonly allowed: true; readonly by: MatchedStatement; readonly through: Through }
  | Denial

/**
 * Whether the caller's own policies allow the request. An explicit deny anywhere wins; then the layers are asked in
 * AWS's documented order: service control policies, identity policies, boundary, session policies. The first that
 * lacks an allow is the one that the denial names. (That an explicit deny is named in the same order is assumed: AWS
 * says only that it names one.)
 */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const { serviceControl = [], identity, boundary, session } = policies
  const levels = serviceControl.map((level) => layer('service control', level, request))
  const granting = layer('identity', identity, request)
  const layers = [
    ...levels,
    granting,
    ...(boundary === undefined ? [] : [layer('boundary', [boundary], request)]),
    ...(session === undefined ? [] : [layer('session', session, request)]),
  ]
  const denial = layers.find(({ deny }) => deny !== undefined)
  if (denial?.deny !== undefined) {
    return { allowed: false, explicit: true, kind: denial.kind, by: denial.deny }
  }
  const silent = layers.find(({ allow }) => allow === undefined)
  if (silent !== undefined || granting.allow === undefined) {
    return { allowed: false, explicit: false, kind: silent?.kind ?? 'identity' }
  }
  return { allowed: true, by: granting.allow }
}

/**
 * What a role's trust policy says of the caller, which for a role in another account, or one that is trusted as an
 * account, is half of the answer.
 */
export function evaluateTrust(request: AccessRequest, trust: Policy): TrustDecision {
  const { principal } = request
  const named = matching(trust, request).flatMap((statement) => {
    const throughs = statement.principals.map((trusted) => principal && namedThrough(trusted, principal))
    const through = mostDirect.find((each) => throughs.includes(each))
    return through === undefined ? [] : [{ statement, through }]
  })
  const deny = named.find(({ statement }) => statement.effect === 'Deny')
  if (deny !== undefined) {
    return { allowed: false, explicit: true, kind: 'trust', by: decidedBy(trust, deny.statement) }
  }
  for (const through of mostDirect) {
    const allow = named.find((each) => each.through === through)
    if (allow !== undefined) return { allowed: true, by: decidedBy(trust, allow.statement), through }
  }
  return { allowed: false, explicit: false, kind: 'trust' }
}

// The less else is needed, the earlier.
const mostDirect: readonly Through[] = ['principal', 'everyone', 'role', 'account']

interface Layer {
  readonly kind: PolicyKind
  readonly deny: MatchedStatement | undefined
  readonly allow: MatchedStatement | undefined
}

function layer(kind: PolicyKind, policies: readonly Policy[], request: AccessRequest): Layer {
  const decisive = policies.flatMap((policy) =>
    matching(policy, request).map((statement) => ({
      effect: statement.effect,
      by: decidedBy(policy, statement),
    })),
  )
  const first = (effect: Statement['effect']) => decisive.find((each) => each.effect === effect)?.by
  return { kind, deny: first('Deny'), allow: first('Allow') }
}

function matching(policy: Policy, request: AccessRequest): readonly Statement[] {
  return policy.statements.filter((statement) => speaksOf(statement, request))
}

function decidedBy(policy: Policy, { sid }: Statement): MatchedStatement {
  return { policy: policy.name, sid }
}
