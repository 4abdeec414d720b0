// The policies that a session is given, by `Policy` and `PolicyArns`, and how much room they and its tags take.

import type { Directory } from '../account/directory.ts'
import type { SessionPolicies } from '../account/sealed-session.ts'
import { PolicyError, parsePolicy } from '../policy/document.ts'
import {
  lengthAtLeast,
  lengthAtMost,
  matches,
  validationError,
  violationsOf,
  violationsOfOptional,
} from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import { type Parameter, parameterAt, readString, readStructure } from '../protocol/form.ts'
import { readMembers } from './tags.ts'

/** The parameters as they came. */
export interface PolicyInput {
  readonly policy: string | null
  readonly arns: readonly (string | null)[] | null
}

/** An ARN in the service's model; AWS was seen to name the pattern before the length, as of no other member. */
export const arnRules = [
  matches(String.raw`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`),
  lengthAtLeast(20),
  lengthAtMost(2048),
]

const policyCharacters = matches(String.raw`[\u0009\u000A\u000D\u0020-\u00FF]+`)

export function readPolicyInput(parameters: Parameter): PolicyInput {
  return {
    policy: readString(parameterAt(parameters, 'Policy')),
    arns:
      readMembers(parameterAt(parameters, 'PolicyArns'))?.map((member) =>
        readString(parameterAt(readStructure(member), 'arn')),
      ) ?? null,
  }
}

/** @param maximum characters of the policy, where the operation has a limit of its own */
export function policyViolations({ policy, arns }: PolicyInput, maximum?: number): string[] {
  const limit = maximum === undefined ? [] : [lengthAtMost(maximum)]
  const rules = [lengthAtLeast(1), ...limit, policyCharacters]
  return [
    ...(arns ?? []).flatMap((arn, index) =>
      violationsOf(`policyArns.${index + 1}.member.arn`, arn, arnRules),
    ),
    ...violationsOfOptional('policy', policy, rules),
  ]
}

/** The policies by name, `undefined` where none were given. */
export function sessionPolicies(
  { policy, arns }: PolicyInput,
  directory: Directory,
): SessionPolicies | undefined {
  if (arns !== null && arns.length > 10) throw validationError('A session takes at most 10 managed policies')
  const managed = (arns ?? []).map((arn) => [arn ?? '', managedPolicy(arn ?? '', directory)] as const)
  const all = policy === null ? managed : [...managed, ['the session policy', checked(policy)] as const]
  return all.length === 0 ? undefined : all
}

/** How much of its room a session's content takes, in percent; more than all of it is a `Fault`. */
export function packedPolicySize(
  policies: SessionPolicies | undefined,
  tags: readonly (readonly [key: string, value: string])[],
): number | undefined {
  if (policies === undefined && tags.length === 0) return undefined
  const texts = [...(policies ?? []).map(([, document]) => document), ...tags.flat()]
  const bytes = new TextEncoder().encode(texts.join('')).length
  const percent = Math.ceil((100 * bytes) / roomBytes)
  if (percent <= 100) return percent
  throw new Fault(
    400,
    'PackedPolicyTooLarge',
    policies === undefined
      ? `Packed size of session tags consumes ${percent}% of allotted space.`
      : `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  )
}

// AWS packs into a binary form whose size it does not tell; this is room for twice the plain text that it allows.
const roomBytes = 4096

function managedPolicy(arn: string, directory: Directory): string {
  const document = directory.managedPolicy(arn)
  if (document !== undefined) return document
  throw new Fault(400, 'MalformedPolicyDocument', `Policy ${arn} does not exist or is not attachable.`)
}

function checked(policy: string): string {
  try {
    parsePolicy('the session policy', 'session', policy)
    return policy
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    throw new Fault(400, 'MalformedPolicyDocument', messageOf(policy))
  }
}

// AWS's words for what is no JSON, and for what is JSON and no policy.
function messageOf(policy: string): string {
  try {
    JSON.parse(policy)
    return 'Syntax errors in policy.'
  } catch {
    return 'This policy contains invalid Json'
  }
}
