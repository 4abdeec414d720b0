// STS GetFederationToken: temporary credentials for somebody whom a user vouches for. They may not mint tokens. STS API
// reference, GetFederationToken.

import { callerArn, callerId } from '../account/caller.ts'
import { tagKeys } from '../account/context.ts'
import { authorize, type SignedCall } from '../call.ts'
import {
  lengthAtLeast,
  lengthAtMost,
  matches,
  refuseViolations,
  violationsOf,
  violationsOfOptional,
} from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import { parameterAt, readInteger, readString } from '../protocol/form.ts'
import type { Result } from '../protocol/response.ts'
import { defaultUserDuration, userDurationRules } from './get-session-token.ts'
import { credentialsResult, expirationOf } from './session-credentials.ts'
import { packedPolicySize, policyViolations, readPolicyInput, sessionPolicies } from './session-policies.ts'
import { readTags, tagViolations, uniqueTags } from './tags.ts'

const nameRules = [lengthAtLeast(2), lengthAtMost(32), matches(String.raw`[\w+=,.@-]*`)]

/** The members of GetFederationTokenResult. */
export async function getFederationToken(call: SignedCall): Promise<Result> {
  const { parameters, caller, directory, now } = call
  const name = readString(parameterAt(parameters, 'Name'))
  const policyInput = readPolicyInput(parameters)
  const durationSeconds = readInteger(parameterAt(parameters, 'DurationSeconds'))
  const tagInput = readTags(parameters)
  refuseViolations([
    ...violationsOf('name', name, nameRules),
    ...policyViolations(policyInput, 2048),
    ...violationsOfOptional('durationSeconds', durationSeconds, userDurationRules),
    ...tagViolations(tagInput),
  ])
  const tags = uniqueTags(tagInput)
  if (caller.session !== null) {
    throw new Fault(403, 'AccessDenied', 'Cannot call GetFederationToken with session credentials')
  }
  const { partition, accountId } = caller.identity
  const resource = `arn:${partition}:sts::${accountId}:federated-user/${name}`
  await authorize(call, 'sts:GetFederationToken', resource, tagKeys(tags))
  if (tags.length > 0) await authorize(call, 'sts:TagSession', resource, tagKeys(tags))
  const policies = sessionPolicies(policyInput, directory)
  const size = packedPolicySize(policies, tags)
  const session = {
    kind: 'federated user',
    name: name ?? '',
    issuedAt: now,
    expiration: expirationOf(now, durationSeconds ?? defaultUserDuration),
    tags: Object.fromEntries(tags),
    transitiveTagKeys: [],
    sourceIdentity: undefined,
    claims: {},
  } as const
  const user = { identity: caller.identity, session }
  return {
    // Without a policy of its own the session may do nothing.
    Credentials: await credentialsResult(directory, caller.identity, session, policies ?? []),
    FederatedUser: { FederatedUserId: await callerId(user), Arn: callerArn(user) },
    ...(size !== undefined && { PackedPolicySize: size }),
  }
}
