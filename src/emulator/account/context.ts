// The global condition keys that a request carries for IAM policies: IAM's "AWS global condition context keys", as far
// as they apply to STS and to the federation operations of IAM.

import type { ContextValue } from '../policy/evaluate.ts'
import type { Account } from './account.ts'
import { type Caller, callerId, principalTags } from './caller.ts'

/** Condition keys with their values; the keys in lower case. */
export type Context = Map<string, ContextValue>

/** What a request says of itself, and when it came. */
export interface Circumstances {
  readonly region: string
  /** Milliseconds. */
  readonly now: number
  readonly headers: Headers
}

/** Everything about the caller, its account, the request and the moment. */
export async function callerContext(
  circumstances: Circumstances & { readonly caller: Caller; readonly account: Account },
): Promise<Context> {
  const { caller, account } = circumstances
  const { id, organization } = account
  const { identity, session } = caller
  const context = requestContext(circumstances)
  set(context, {
    'aws:PrincipalArn': identity.arn,
    'aws:PrincipalAccount': id,
    'aws:PrincipalType': identity.kind === 'role' ? 'AssumedRole' : 'User',
    'aws:userid': await callerId(caller),
    'aws:PrincipalIsAWSService': 'false',
    ...(identity.kind === 'user' && { 'aws:username': identity.name }),
    ...(organization && {
      'aws:PrincipalOrgID': organization.id,
      'aws:PrincipalOrgPaths': [organization.path],
    }),
  })
  for (const [key, value] of Object.entries(principalTags(caller)))
    set(context, { [`aws:PrincipalTag/${key}`]: value })
  if (session !== null) {
    set(context, {
      'aws:TokenIssueTime': new Date(session.issuedAt ?? circumstances.now).toISOString(),
      'aws:MultiFactorAuthPresent': 'false',
      ...(session.sourceIdentity !== undefined && { 'aws:SourceIdentity': session.sourceIdentity }),
    })
    for (const [claim, key] of claimKeys) {
      const value = session.claims[claim]
      if (value !== undefined) set(context, { [key]: value })
    }
  }
  return context
}

/** What holds of a request whoever calls. */
export function requestContext({ region, now, headers }: Circumstances): Context {
  const [userAgent, referer] = [headers.get('user-agent'), headers.get('referer')]
  return set(new Map(), {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': region,
    // AWS answers over TLS alone, and so do policies mean it that deny everything else.
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:ViaAWSService': 'false',
    ...(userAgent !== null && { 'aws:UserAgent': userAgent }),
    ...(referer !== null && { 'aws:Referer': referer }),
  })
}

/** Where the resource is that a request is about. */
export function resourceKeys({ id, organization }: Account): Record<string, ContextValue> {
  return {
    'aws:ResourceAccount': id,
    ...(organization && {
      'aws:ResourceOrgID': organization.id,
      'aws:ResourceOrgPaths': [organization.path],
    }),
  }
}

/** Adds keys. */
export function set(context: Context, values: Readonly<Record<string, ContextValue>>): Context {
  for (const [key, value] of Object.entries(values)) context.set(key.toLowerCase(), value)
  return context
}

/** The keys of a request's tags. */
export function tagKeys(tags: Iterable<readonly [key: string, value: string]>): Record<string, ContextValue> {
  const pairs = [...tags]
  return Object.fromEntries([
    ...pairs.map(([key, value]) => [`aws:RequestTag/${key}`, value]),
    ['aws:TagKeys', pairs.map(([key]) => key)],
  ])
}

// Claims of a session that are condition keys as well.
const claimKeys = [
  ['federated_provider', 'aws:FederatedProvider'],
  ['identity_store_user_id', 'identitystore:UserId'],
  ['identity_store_arn', 'identitystore:IdentityStoreArn'],
  ['ec2_source_instance_arn', 'ec2:SourceInstanceArn'],
  ['ec2_instance_source_vpc', 'aws:Ec2InstanceSourceVpc'],
  ['ec2_instance_source_private_ipv4', 'aws:Ec2InstanceSourcePrivateIPv4'],
  ['ec2_role_delivery', 'ec2:RoleDelivery'],
  ['lambda_source_function_arn', 'lambda:SourceFunctionArn'],
  ['glue_credential_issuing_service', 'glue:CredentialIssuingService'],
] as const
