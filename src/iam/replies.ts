// What a call of IAM needs once its request is on the wire, loaded meanwhile: the errors, by their classes and with their
// remedies.

import { FeatureDisabledException, FeatureEnabledException, ServiceError } from '../errors.ts'
import { type KnownMistake, remedyFor } from '../query/remedy.ts'
import { serviceReplies } from '../query/replies.ts'

export const replies = serviceReplies((details, parameters) => {
  const Exception = exceptions.get(details.code.replace(/Exception$/, '')) ?? ServiceError
  return new Exception({ ...details, remedy: remedyFor(IAM_MISTAKES, details, parameters) })
})

const exceptions = new Map([
  ['FeatureEnabled', FeatureEnabledException],
  ['FeatureDisabled', FeatureDisabledException],
])

/** The mistakes that are known of IAM, each with its remedy. */
export const IAM_MISTAKES: readonly KnownMistake[] = [
  {
    code: 'FeatureEnabled',
    when: 'federation is switched on already',
    applies: ({ code }) => code === 'FeatureEnabled',
    remedy: () => 'There is nothing to do: getOutboundWebIdentityFederationInfo() gives the issuer.',
  },
  {
    code: 'FeatureDisabled',
    when: 'federation is not switched on',
    applies: ({ code }) => code === 'FeatureDisabled',
    remedy: () => 'Switch it on with enableOutboundWebIdentityFederation().',
  },
]
