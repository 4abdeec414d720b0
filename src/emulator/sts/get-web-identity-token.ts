// STS GetWebIdentityToken: the checks in the order in which AWS was seen to make them, then the token. STS API
// reference, GetWebIdentityToken.

import { isSigningAlgorithm, type SigningAlgorithm } from '../issuer/keys.ts'
import { encodeClaims, signToken } from '../issuer/token.ts'
import {
  type Constraint,
  everyMember,
  lengthAtLeast,
  lengthAtMost,
  matches,
  refuseViolations,
  validationError,
  valueAtLeast,
  valueAtMost,
  violationsOf,
  violationsOfOptional,
} from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import { type Parameter, parameterAt, readInteger, readList, readString } from '../protocol/form.ts'
import type { OperationCall } from './operation.ts'

/** The members of GetWebIdentityTokenResult; whatever AWS would refuse is a `Fault`. */
export async function getWebIdentityToken(call: OperationCall): Promise<Record<string, string>> {
  const { principal, issuer, now } = call
  const { audience, durationSeconds, signingAlgorithm, tags } = readInput(call.parameters)
  const expiration = now + durationSeconds * 1000
  if (principal.sessionExpiration !== null && expiration >= principal.sessionExpiration) {
    throw new Fault(
      403,
      'SessionDurationEscalationException',
      "Requested token expiry time must be before the original session's expiry time.",
    )
  }
  if (!call.federationEnabled) {
    throw new Fault(
      403,
      'OutboundWebIdentityFederationDisabledException',
      'OutboundWebIdentityFederation is disabled.',
    )
  }
  const claims = encodeClaims({
    audience,
    principal,
    issuer: issuer.address,
    sourceRegion: call.region,
    requestTags: tags,
    expiration,
    durationSeconds,
  })
  return {
    WebIdentityToken: await signToken(claims, await issuer.key(signingAlgorithm)),
    Expiration: new Date(expiration).toISOString(),
  }
}

interface Input {
  readonly audience: readonly string[]
  readonly durationSeconds: number
  readonly signingAlgorithm: SigningAlgorithm
  readonly tags: readonly (readonly [key: string, value: string])[]
}

interface Tag {
  readonly key: string | null
  readonly value: string | null
}

const tagCharacters = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`

// The rules of the service's model, in the order in which AWS names them: for a list of texts the maximum first.
const audienceRules: readonly Constraint<readonly string[]>[] = [
  lengthAtLeast(1),
  lengthAtMost(10),
  everyMember([lengthAtMost(1000), lengthAtLeast(1)]),
]
const durationRules = [valueAtLeast(60), valueAtMost(3600)]
const algorithmRules = [lengthAtLeast(5), lengthAtMost(5)]
const tagListRules = [lengthAtMost(50)]
const tagKeyRules = [lengthAtLeast(1), lengthAtMost(128), matches(`${tagCharacters}+`)]
const tagValueRules = [lengthAtMost(256), matches(`${tagCharacters}*`)]

function readInput(parameters: Parameter): Input {
  const audience = readMembers(parameterAt(parameters, 'Audience'))?.map(readText) ?? null
  const durationSeconds = readInteger(parameterAt(parameters, 'DurationSeconds'))
  const signingAlgorithm = readString(parameterAt(parameters, 'SigningAlgorithm'))
  const tags = readMembers(parameterAt(parameters, 'Tags'))?.map(readTag) ?? null

  refuseViolations([
    ...violationsOf('audience', audience, audienceRules),
    ...violationsOfOptional('durationSeconds', durationSeconds, durationRules),
    ...violationsOf('signingAlgorithm', signingAlgorithm, algorithmRules),
    ...violationsOfOptional('tags', tags, tagListRules),
    ...(tags ?? []).flatMap(({ key, value }, index) => [
      ...violationsOf(`tags.${index + 1}.member.key`, key, tagKeyRules),
      ...violationsOf(`tags.${index + 1}.member.value`, value, tagValueRules),
    ]),
  ])
  const pairs = (tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''] as const)
  if (signingAlgorithm === null || !isSigningAlgorithm(signingAlgorithm)) {
    throw validationError(
      'Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported algorithms',
    )
  }
  refuseRepeatedKeys(pairs.map(([key]) => key))
  return { audience: audience ?? [], durationSeconds: durationSeconds ?? 300, signingAlgorithm, tags: pairs }
}

function readMembers(list: Parameter): Parameter[] | null {
  return (
    readList(list)?.map((member) => {
      if (member === null) throw validationError('null member value error')
      return member
    }) ?? null
  )
}

function readText(member: Parameter): string {
  return readString(member) ?? ''
}

function readTag(member: Parameter): Tag {
  return {
    key: readString(parameterAt(member, 'Key')),
    value: readString(parameterAt(member, 'Value')),
  }
}

function refuseRepeatedKeys(keys: readonly string[]): void {
  if (new Set(keys.map((key) => key.toLowerCase())).size === keys.length) return
  throw new Fault(
    400,
    'InvalidParameterValue',
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  )
}
