// STS AssumeRoleWithWebIdentity: from the token of an issuer that the role's account trusts to a session of the role. The
// token is the proof, so nothing is signed. STS API reference, AssumeRoleWithWebIdentity.

import { describeDecision } from '../account/access.ts'
import type { Account, EmulatorTrustedIssuer } from '../account/account.ts'
import { parsePrincipalArn } from '../account/arn.ts'
import { callerArn } from '../account/caller.ts'
import { requestContext, resourceKeys, set, tagKeys } from '../account/context.ts'
import { type Identity, uniqueId } from '../account/identity.ts'
import type { Call } from '../call.ts'
import { denialMessage } from '../policy/denial.ts'
import { evaluateTrust } from '../policy/evaluate.ts'
import {
  lengthAtLeast,
  lengthAtMost,
  refuseViolations,
  sensitive,
  validationError,
  violationsOf,
  violationsOfOptional,
} from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import { type Parameter, parameterAt, readInteger, readString } from '../protocol/form.ts'
import type { Result } from '../protocol/response.ts'
import { roleDurationRules, sessionNameRules } from './assume-role-input.ts'
import { credentialsResult, expirationOf } from './session-credentials.ts'
import {
  arnRules,
  type PolicyInput,
  packedPolicySize,
  policyViolations,
  readPolicyInput,
  sessionPolicies,
} from './session-policies.ts'
import { verifyWebIdentity, type WebIdentity } from './web-identity.ts'

/** The members of AssumeRoleWithWebIdentityResult. */
export async function assumeRoleWithWebIdentity(call: Call): Promise<Result> {
  const { directory, now } = call
  const input = readInput(call.parameters)
  const arn = parsePrincipalArn(input.roleArn)
  if (arn === undefined) throw validationError(`${input.roleArn} is invalid`)
  // In an account that is not there nobody is trusted.
  const account = directory.accounts.find(({ id }) => id === arn.accountId)
  const identity = await verifyWebIdentity(input.webIdentityToken, trustedBy(account, call), call)
  const role = authorizedRole(call, account, input, identity)
  if (input.durationSeconds > role.maxSessionDurationSeconds) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  const policies = sessionPolicies(input.policies, directory)
  const size = packedPolicySize(policies, Object.entries(identity.tags))
  const session = {
    kind: 'role',
    name: input.roleSessionName,
    issuedAt: now,
    expiration: expirationOf(now, input.durationSeconds),
    tags: identity.tags,
    transitiveTagKeys: identity.transitiveTagKeys,
    sourceIdentity: identity.sourceIdentity,
    claims: { federated_provider: providerArn(role, identity.issuer) },
  } as const
  return {
    Audience: identity.audience,
    AssumedRoleUser: {
      AssumedRoleId: `${await uniqueId(role)}:${session.name}`,
      Arn: callerArn({ identity: role, session }),
    },
    Provider: providerArn(role, identity.issuer),
    Credentials: await credentialsResult(directory, role, session, policies),
    SubjectFromWebIdentityToken: identity.subject,
    ...(size !== undefined && { PackedPolicySize: size }),
    ...(identity.sourceIdentity !== undefined && { SourceIdentity: identity.sourceIdentity }),
  }
}

// Tokens of outbound federation are for services outside AWS: not even an account that names their issuer takes them.
function trustedBy(account: Account | undefined, { directory }: Call): readonly EmulatorTrustedIssuer[] {
  const own = directory.accounts.map(({ issuer }) => issuer.address)
  return (account?.trustedIssuers ?? []).filter(
    ({ issuer }) => !own.includes(issuer) && !/^https:\/\/[^/]+\.tokens\.sts\.global\.api\.aws$/.test(issuer),
  )
}

interface Input {
  readonly roleArn: string
  readonly roleSessionName: string
  readonly webIdentityToken: string
  readonly policies: PolicyInput
  readonly durationSeconds: number
}

const tokenRules = [lengthAtLeast(4), lengthAtMost(20_000)].map(sensitive)
const providerRules = [lengthAtLeast(4), lengthAtMost(2048)]

function readInput(parameters: Parameter): Input {
  const text = (name: string) => readString(parameterAt(parameters, name))
  const roleArn = text('RoleArn')
  const roleSessionName = text('RoleSessionName')
  const webIdentityToken = text('WebIdentityToken')
  const providerId = text('ProviderId')
  const policies = readPolicyInput(parameters)
  const durationSeconds = readInteger(parameterAt(parameters, 'DurationSeconds'))
  refuseViolations([
    ...violationsOf('roleArn', roleArn, arnRules),
    ...violationsOf('roleSessionName', roleSessionName, sessionNameRules),
    ...violationsOf('webIdentityToken', webIdentityToken, tokenRules),
    ...violationsOfOptional('providerId', providerId, providerRules),
    ...policyViolations(policies, 2048),
    ...violationsOfOptional('durationSeconds', durationSeconds, roleDurationRules),
  ])
  if (providerId !== null) {
    throw validationError(
      'ProviderId is for OAuth 2.0 access tokens: leave it out for an OpenID Connect ID token',
    )
  }
  return {
    roleArn: roleArn ?? '',
    roleSessionName: roleSessionName ?? '',
    webIdentityToken: webIdentityToken ?? '',
    policies,
    durationSeconds: durationSeconds ?? 3600,
  }
}

function authorizedRole(
  call: Call,
  account: Account | undefined,
  input: Input,
  identity: WebIdentity,
): Identity {
  const { directory, trace } = call
  const role = directory.identity(input.roleArn)
  const action = 'sts:AssumeRoleWithWebIdentity'
  const unauthorized = new Fault(403, 'AccessDenied', `Not authorized to perform ${action}`)
  if (role?.kind !== 'role' || account === undefined) throw unauthorized
  const tags = Object.entries(identity.tags)
  const host = identity.issuer.replace(/^https?:\/\//, '')
  const context = set(requestContext(call), {
    ...resourceKeys(account),
    'sts:RoleSessionName': input.roleSessionName,
    ...(identity.sourceIdentity !== undefined && { 'sts:SourceIdentity': identity.sourceIdentity }),
    [`${host}:aud`]: identity.audience,
    [`${host}:sub`]: identity.subject,
    ...tagKeys(tags),
  })
  const principal = { arns: [], accountId: account.id, federated: providerArn(role, identity.issuer) }
  const actions = [
    action,
    ...(tags.length > 0 ? ['sts:TagSession'] : []),
    ...(identity.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
  for (const each of actions) {
    const decision = evaluateTrust({ action: each, resource: role.arn, principal, context }, role.trust)
    trace.decisions = [...(trace.decisions ?? []), describeDecision(each, role.arn, decision)]
    if (!decision.allowed) {
      throw new Fault(
        403,
        'AccessDenied',
        denialMessage(undefined, { action: each, resource: role.arn }, decision),
      )
    }
  }
  return role
}

function providerArn({ partition, accountId }: Identity, issuer: string): string {
  return `arn:${partition}:iam::${accountId}:oidc-provider/${issuer.replace(/^https?:\/\//, '')}`
}
