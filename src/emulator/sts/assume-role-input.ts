// What AssumeRole is given, and its rules in the service's model.

import {
  lengthAtLeast,
  lengthAtMost,
  matches,
  refuseViolations,
  valueAtLeast,
  valueAtMost,
  violationsOf,
  violationsOfOptional,
} from '../protocol/constraints.ts'
import { type Parameter, parameterAt, readInteger, readString } from '../protocol/form.ts'
import { refuseMfa, serialNumberRules, tokenCodeRules } from './mfa.ts'
import { arnRules, type PolicyInput, policyViolations, readPolicyInput } from './session-policies.ts'
import { readTags, readTexts, tagKeysRules, tagViolations, uniqueTags } from './tags.ts'

/** The checked input. */
export interface AssumeRoleInput {
  readonly roleArn: string
  readonly roleSessionName: string
  readonly policies: PolicyInput
  readonly durationSeconds: number
  readonly tags: readonly (readonly [key: string, value: string])[]
  readonly transitiveTagKeys: readonly string[]
  readonly externalId: string | null
  readonly sourceIdentity: string | null
}

/** Of the name of a role's session. */
export const sessionNameRules = [lengthAtLeast(2), lengthAtMost(64), matches(String.raw`[\w+=,.@-]*`)]
/** Of the duration of a role's session. */
export const roleDurationRules = [valueAtLeast(900), valueAtMost(43_200)]
const externalIdRules = [lengthAtLeast(2), lengthAtMost(1224), matches(String.raw`[\w+=,.@:\/-]*`)]

/** The input; whatever violates the model is a `Fault`. */
export function readAssumeRoleInput(parameters: Parameter): AssumeRoleInput {
  const text = (name: string) => readString(parameterAt(parameters, name))
  const roleArn = text('RoleArn')
  const roleSessionName = text('RoleSessionName')
  const policies = readPolicyInput(parameters)
  const durationSeconds = readInteger(parameterAt(parameters, 'DurationSeconds'))
  const tags = readTags(parameters)
  const transitiveTagKeys = readTexts(parameterAt(parameters, 'TransitiveTagKeys'))
  const externalId = text('ExternalId')
  const serialNumber = text('SerialNumber')
  const tokenCode = text('TokenCode')
  const sourceIdentity = text('SourceIdentity')
  refuseViolations([
    ...violationsOf('roleArn', roleArn, arnRules),
    ...violationsOf('roleSessionName', roleSessionName, sessionNameRules),
    ...policyViolations(policies),
    ...violationsOfOptional('durationSeconds', durationSeconds, roleDurationRules),
    ...tagViolations(tags),
    ...violationsOfOptional('transitiveTagKeys', transitiveTagKeys, tagKeysRules),
    ...violationsOfOptional('externalId', externalId, externalIdRules),
    ...violationsOfOptional('serialNumber', serialNumber, serialNumberRules),
    ...violationsOfOptional('tokenCode', tokenCode, tokenCodeRules),
    ...violationsOfOptional('sourceIdentity', sourceIdentity, sessionNameRules),
  ])
  refuseMfa(serialNumber, tokenCode)
  return {
    roleArn: roleArn ?? '',
    roleSessionName: roleSessionName ?? '',
    policies,
    durationSeconds: durationSeconds ?? 3600,
    tags: uniqueTags(tags),
    transitiveTagKeys: transitiveTagKeys ?? [],
    externalId,
    sourceIdentity,
  }
}
