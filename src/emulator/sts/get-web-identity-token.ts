// STS GetWebIdentityToken: the checks in the order in which AWS was seen to make them, then the token. STS API
// reference, GetWebIdentityToken.

import { principalTags } from '../account/caller.ts'
import { tagKeys } from '../account/context.ts'
import type { Vending } from '../account/federation.ts'
import { authorize, refuseFederatedUser, type SignedCall } from '../call.ts'
import { isSigningAlgorithm, type SigningAlgorithm } from '../issuer/keys.ts'
import { claimsOf, encodeClaims, signToken } from '../issuer/token.ts'
import {
  type Constraint,
  everyMember,
  lengthAtLeast,
  lengthAtMost,
  refuseViolations,
  validationError,
  valueAtLeast,
  valueAtMost,
  violationsOf,
  violationsOfOptional,
} from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import { type Parameter, parameterAt, readInteger, readString } from '../protocol/form.ts'
import type { Result } from '../protocol/response.ts'
import { readTags, readTexts, tagViolations, uniqueTags } from './tags.ts'

/** The members of GetWebIdentityTokenResult. */
export async function getWebIdentityToken(call: SignedCall): Promise<Result> {
  const { caller, account, region, now, trace } = call
  const input = readInput(call.parameters)
  await authorizeToken(call, input)
  const expiration = now + input.durationSeconds * 1000
  const sessionExpiration = caller.session?.expiration ?? null
  if (sessionExpiration !== null && expiration >= sessionExpiration) {
    throw new Fault(
      403,
      'SessionDurationEscalationException',
      "Requested token expiry time must be before the original session's expiry time.",
    )
  }
  refuseUnlessEnabled(account.federation.vending(now))
  const claims = claimsOf({
    audience: input.audience,
    subject: caller.identity.arn,
    issuer: account.issuer.address,
    expiration,
    durationSeconds: input.durationSeconds,
    namespace: {
      organization: account.organization,
      accountId: account.id,
      requestTags: Object.fromEntries(input.tags),
      sourceRegion: region,
      principalTags: principalTags(caller),
      session: caller.session,
    },
  })
  const encoded = encodeClaims(claims)
  const key = await account.issuer.key(input.signingAlgorithm)
  trace.token = { header: { ...key.header }, claims }
  return { WebIdentityToken: await signToken(encoded, key), Expiration: new Date(expiration) }
}

interface Input {
  readonly audience: readonly string[]
  readonly durationSeconds: number
  readonly signingAlgorithm: SigningAlgorithm
  readonly tags: readonly (readonly [key: string, value: string])[]
}

// The rules of the service's model, in the order in which AWS names them: for a list of texts the maximum first.
const audienceRules: readonly Constraint<readonly string[]>[] = [
  lengthAtLeast(1),
  lengthAtMost(10),
  everyMember([lengthAtMost(1000), lengthAtLeast(1)]),
]
const durationRules = [valueAtLeast(60), valueAtMost(3600)]
const algorithmRules = [lengthAtLeast(5), lengthAtMost(5)]

function readInput(parameters: Parameter): Input {
  const audience = readTexts(parameterAt(parameters, 'Audience'))
  const durationSeconds = readInteger(parameterAt(parameters, 'DurationSeconds'))
  const signingAlgorithm = readString(parameterAt(parameters, 'SigningAlgorithm'))
  const tags = readTags(parameters)

  refuseViolations([
    ...violationsOf('audience', audience, audienceRules),
    ...violationsOfOptional('durationSeconds', durationSeconds, durationRules),
    ...violationsOf('signingAlgorithm', signingAlgorithm, algorithmRules),
    ...tagViolations(tags),
  ])
  if (signingAlgorithm === null || !isSigningAlgorithm(signingAlgorithm)) {
    throw validationError(
      'Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported algorithms',
    )
  }
  return {
    audience: audience ?? [],
    durationSeconds: durationSeconds ?? 300,
    signingAlgorithm,
    tags: uniqueTags(tags),
  }
}

async function authorizeToken(call: SignedCall, input: Input): Promise<void> {
  const { partition, accountId } = call.caller.identity
  refuseFederatedUser(call.caller, 'GetWebIdentityToken')
  const resource = `arn:${partition}:sts::${accountId}:self`
  const keys = {
    'sts:IdentityTokenAudience': input.audience,
    'sts:SigningAlgorithm': input.signingAlgorithm,
    'sts:DurationSeconds': String(input.durationSeconds),
    ...tagKeys(input.tags),
  }
  await authorize(call, 'sts:GetWebIdentityToken', resource, keys)
  if (input.tags.length > 0) await authorize(call, 'sts:TagGetWebIdentityToken', resource, keys)
}

function refuseUnlessEnabled(vending: Vending): void {
  switch (vending) {
    case 'enabled':
      return
    case 'being enabled':
      throw new Fault(
        500,
        'InternalFailure',
        'The request processing has failed because of an unknown error, exception or failure.',
      )
    case 'disabled':
      throw new Fault(
        403,
        'OutboundWebIdentityFederationDisabledException',
        'OutboundWebIdentityFederation is disabled.',
      )
  }
}
