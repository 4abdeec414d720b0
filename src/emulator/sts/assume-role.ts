// STS AssumeRole: a session of a role, with tags that the next role of a chain may inherit. STS API reference,
// AssumeRole, and IAM's "Pass session tags in AWS STS".

import { parsePrincipalArn } from '../account/arn.ts'
import { type Caller, callerArn } from '../account/caller.ts'
import { tagKeys } from '../account/context.ts'
import { type Identity, uniqueId } from '../account/identity.ts'
import { refuseFederatedUser, type SignedCall } from '../call.ts'
import { validationError } from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import type { Result } from '../protocol/response.ts'
import { type AssumeRoleInput, readAssumeRoleInput } from './assume-role-input.ts'
import { authorizeRole } from './role-access.ts'
import { credentialsResult, expirationOf } from './session-credentials.ts'
import { packedPolicySize, sessionPolicies } from './session-policies.ts'

/** The members of AssumeRoleResult. */
export async function assumeRole(call: SignedCall): Promise<Result> {
  const { caller, directory, now } = call
  const input = readAssumeRoleInput(call.parameters)
  refuseFederatedUser(caller, 'AssumeRole')
  const tags = inheritTags(caller, input)
  const role = await authorizedRole(call, input)
  refuseLongSession(input.durationSeconds, role, caller)
  const sourceIdentity = inheritSourceIdentity(caller, input.sourceIdentity)
  const policies = sessionPolicies(input.policies, directory)
  const size = packedPolicySize(policies, input.tags)
  const session = {
    kind: 'role',
    name: input.roleSessionName,
    issuedAt: now,
    expiration: expirationOf(now, input.durationSeconds),
    tags: tags.all,
    transitiveTagKeys: tags.transitiveKeys,
    sourceIdentity,
    claims: {},
  } as const
  return {
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    AssumedRoleUser: {
      AssumedRoleId: `${await uniqueId(role)}:${session.name}`,
      Arn: callerArn({ identity: role, session }),
    },
    Credentials: await credentialsResult(directory, role, session, policies),
    ...(size !== undefined && { PackedPolicySize: size }),
  }
}

async function authorizedRole(call: SignedCall, input: AssumeRoleInput): Promise<Identity> {
  const { caller, directory } = call
  if (parsePrincipalArn(input.roleArn) === undefined) throw validationError(`${input.roleArn} is invalid`)
  const role = directory.identity(input.roleArn)
  if (role?.kind !== 'role') {
    // AWS does not tell whether the role exists.
    throw new Fault(
      403,
      'AccessDenied',
      `User: ${callerArn(caller)} is not authorized to perform: sts:AssumeRole on resource: ${input.roleArn}`,
    )
  }
  const keys = {
    'sts:RoleSessionName': input.roleSessionName,
    ...(input.externalId !== null && { 'sts:ExternalId': input.externalId }),
    ...(input.sourceIdentity !== null && { 'sts:SourceIdentity': input.sourceIdentity }),
    ...(input.transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': input.transitiveTagKeys }),
    ...tagKeys(input.tags),
  }
  await authorizeRole(call, role, 'sts:AssumeRole', keys)
  if (input.tags.length > 0) await authorizeRole(call, role, 'sts:TagSession', keys)
  if (input.sourceIdentity !== null) await authorizeRole(call, role, 'sts:SetSourceIdentity', keys)
  return role
}

function refuseLongSession(durationSeconds: number, role: Identity, caller: Caller): void {
  if (isRoleSession(caller) && durationSeconds > 3600) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  if (durationSeconds > role.maxSessionDurationSeconds) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
}

function isRoleSession({ session }: Caller): boolean {
  return session?.kind === 'role'
}

interface InheritedTags {
  readonly all: Readonly<Record<string, string>>
  readonly transitiveKeys: readonly string[]
}

// A chain's transitive tags come along, stay transitive, and can't be set anew.
function inheritTags(
  { session }: Caller,
  { tags: given, transitiveTagKeys }: AssumeRoleInput,
): InheritedTags {
  const lower = (keys: readonly string[]) => new Set(keys.map((key) => key.toLowerCase()))
  const inheritedKeys = session?.transitiveTagKeys ?? []
  const inheritable = lower(inheritedKeys)
  const givenKeys = lower(given.map(([key]) => key))
  if (transitiveTagKeys.some((key) => !givenKeys.has(key.toLowerCase()))) {
    throw invalidParameter('The specified transitive tag key must be included in the requested tags.')
  }
  if ([...givenKeys].some((key) => inheritable.has(key))) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  const inherited = Object.entries(session?.tags ?? {}).filter(([key]) => inheritable.has(key.toLowerCase()))
  return {
    all: Object.fromEntries([...inherited, ...given]),
    transitiveKeys: [...inheritedKeys, ...transitiveTagKeys],
  }
}

// It stays the same along a chain: "the value can't be changed" (IAM, "Monitor and control actions taken with assumed
// roles").
function inheritSourceIdentity({ session }: Caller, given: string | null): string | undefined {
  const inherited = session?.sourceIdentity
  if (inherited !== undefined && given !== null && given !== inherited) {
    throw new Fault(
      403,
      'AccessDenied',
      'The source identity of the calling session can not be changed by the session that it assumes.',
    )
  }
  return inherited ?? given ?? undefined
}

function invalidParameter(message: string): Fault {
  return new Fault(400, 'InvalidParameterValue', message)
}
