// Who speaks: what a verified token says, named and typed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html

import type { PrincipalArn } from './arn.ts'

/** Tags by key, without a prototype: `__proto__` is a key like any other. */
export type Tags = Readonly<Record<string, string>>

/** What AWS signed about the caller, and the verifier's pins were held against. Frozen. */
export interface WebIdentity {
  /** The account's issuer, such as `https://<uuid>.tokens.sts.global.api.aws`. */
  readonly issuer: string
  /** ARN of the principal; of an assumed role it is the role's, with its path, and not the session's. */
  readonly subject: string
  /** The parts of `subject`. */
  readonly arn: PrincipalArn
  /** Whom the token was signed for: all of them, this service and perhaps others. */
  readonly audience: readonly string[]
  /** The AWS account of the principal, twelve digits. */
  readonly accountId: string
  /** The account's AWS organization, such as `o-a1b2c3d4e5`. */
  readonly organizationId?: string
  /** The organizational units of the account, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`. */
  readonly organizationalUnitPath?: readonly string[]
  /** The principal's ARN once more; AWS does not document it. */
  readonly principalId?: string
  /**
   * Tags of the principal. Their worth: whoever may assume a role with session tags (`sts:TagSession`) can
   * override the role's own, so that they authorize only where the account's policies forbid that.
   */
  readonly principalTags: Tags
  /**
   * Tags of the request. **They must not authorize**: the caller chose them, any value of any key. They are good
   * for a log, or to tell the caller's own jobs apart.
   */
  readonly requestTags: Tags
  /** When the token was minted, in whole seconds. */
  readonly issuedAt: Date
  /** When the token ends, in whole seconds: in that second it is over. */
  readonly expiresAt: Date
  /** When the principal's session ends, where it has one: later than the token. */
  readonly sessionExpiresAt?: Date
  /** The AWS region in which the token was asked for. */
  readonly sourceRegion?: string
  /** What the principal was federated from. */
  readonly federatedProvider?: string
  /** The user of IAM Identity Center. */
  readonly identityStoreUserId?: string
  /** The identity store of IAM Identity Center. */
  readonly identityStoreArn?: string
  /** The source identity of the session, which stays with it through roles. */
  readonly sourceIdentity?: string
  /** The EC2 instance that asked. */
  readonly ec2SourceInstanceArn?: string
  /** The VPC of the EC2 instance. */
  readonly ec2InstanceSourceVpc?: string
  /** The address of the EC2 instance within its VPC. */
  readonly ec2InstanceSourcePrivateIpv4?: string
  /** How the role came to the EC2 instance: the version of the metadata service, such as `2.0`. */
  readonly ec2RoleDelivery?: string
  /** The Lambda function that asked. */
  readonly lambdaFunctionArn?: string
  /** The Glue service that issued the credentials. */
  readonly glueCredentialIssuingService?: string
  /** `jti`: another one for each token. A remembered token comes again with the same. */
  readonly tokenId: string
  /** All the claims as AWS wrote them, those too that are not known here. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** What is remembered of an identity: all but its dates, which whoever gets them can change. */
export interface IdentityFacts {
  readonly undated: Omit<WebIdentity, 'issuedAt' | 'expiresAt' | 'sessionExpiresAt'>
  /** Milliseconds since 1970, as all below. */
  readonly issued: number
  readonly expires: number
  readonly notBefore: number | undefined
  readonly sessionExpires: number | undefined
}

/** An identity of the caller's own. */
export function toIdentity({ undated, issued, expires, sessionExpires }: IdentityFacts): WebIdentity {
  const dates = { issuedAt: new Date(issued), expiresAt: new Date(expires) }
  if (sessionExpires === undefined) return Object.freeze({ ...undated, ...dates })
  return Object.freeze({ ...undated, ...dates, sessionExpiresAt: new Date(sessionExpires) })
}
