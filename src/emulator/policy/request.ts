// What is asked of the policies: who wants to do what to which resource, and what else is known of the request.
// IAM user guide, "Policy evaluation logic", section "Processing the request context".

/** Numbers, dates and booleans stand as text, binary values as base64. A list makes the key multi-valued. */
export type ContextValue = string | readonly string[]

/** By key in lower case. A key that is not there, or has an empty list, is absent. */
export type RequestContext = ReadonlyMap<string, ContextValue>

/** One action on one resource. An API call that needs two permissions is two of these. */
export interface AccessRequest {
  /** Such as `sts:GetWebIdentityToken`. */
  readonly action: string
  /** An ARN. */
  readonly resource: string
  /** Who asks; only trust policies look at it. */
  readonly principal?: RequestPrincipal
  readonly context: RequestContext
}

/** The caller, in the forms in which a trust policy may name it. */
export interface RequestPrincipal {
  /**
   * The ARNs of an AWS caller: of the user, or of the role and of its session. Empty for a federated caller and for
   * a service.
   */
  readonly arns: readonly string[]
  /** The account that an AWS caller belongs to. */
  readonly accountId: string
  /** The ARN of the OIDC provider that vouches for a caller of AssumeRoleWithWebIdentity. */
  readonly federated?: string
  /** Such as `lambda.amazonaws.com`. */
  readonly service?: string
}

/** The value of a key, `undefined` where it has none. */
export function contextValue(context: RequestContext, key: string): ContextValue | undefined {
  const value = context.get(key)
  return value?.length === 0 && typeof value !== 'string' ? undefined : value
}
