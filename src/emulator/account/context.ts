// The global condition keys that a request carries for IAM policies: IAM's "AWS global condition context keys", as far
// as they apply to STS and to the federation operations of IAM.

import type { ContextValue } from '../policy/evaluate.ts'
import type { Account } from './account.ts'
import { type Caller, callerId, principalTags } from './caller.ts'

/** Condition keys with their values; the keys in lower case. */
export type Context = Map<string, ContextValue>

/** Everything about the caller, its account and the moment. */
export async function callerContext(
  caller: Caller,
  { id, organization }: Account,
  region: string,
  now: number,
): Promise<Context> {
  const { identity, session } = caller
  const context = requestContext(region, now)
  set(context, {
    'aws:PrincipalArn': identity.arn,
    'aws:PrincipalAccount': id,
    'aws:PrincipalType': principalType(caller),
    'aws:userid': await callerId(caller),
    'aws:PrincipalIsAWSService': 'false',
    ...(identity.kind === 'user' && session?.kind !== 'federated user' && { 'aws:username': identity.name }),
    ...(organization && {
      'aws:PrincipalOrgID': organization.id,
      'aws:PrincipalOrgPaths': [organization.path],
    }),
  })
  for (const [key, value] of Object.entries(principalTags(caller)))
    set(context, { [`aws:PrincipalTag/${key}`]: value })
  if (session !== null) {
    set(context, {
      'aws:TokenIssueTime': new Date(session.issuedAt).toISOString(),
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
export function requestContext(region: string, now: number): Context {
  return set(new Map(), {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': region,
    // AWS answers over TLS alone, and so do policies mean it that deny everything else.
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:ViaAWSService': 'false',
  })
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

function principalType({ identity, session }: Caller): string {
  if (session?.kind === 'federated user') return 'FederatedUser'
  return identity.kind === 'role' ? 'AssumedRole' : 'User'
}
