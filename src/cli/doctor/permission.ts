// Whether the caller's policies allow this very token. STS judges them before the session and the account's switch.

import {
  isInputError,
  isJWTPayloadSizeExceededException,
  isOutboundWebIdentityFederationDisabledException,
  isResponseError,
  isServiceError,
  isSessionDurationEscalationException,
  isTimeoutError,
  type ServiceError,
} from '../../errors.ts'
import { partitionOf } from '../../query/partition.ts'
import type { GetWebIdentityTokenInput } from '../../sts/get-web-identity-token-input.ts'
import { DEFAULT_DURATION } from '../../sts/token-duration.ts'
import { exitCodes } from '../exit-code.ts'
import { commandLine, optionWords } from '../shell-quoted.ts'
import { answerOf } from './answer.ts'
import type { Findings } from './findings.ts'
import { type Outcome, step } from './step.ts'

export const permission = step('permission', ['caller', 'sts'], async (found) => {
  const { sts, wanted } = found
  const { output, error } = await answerOf(sts.getWebIdentityToken(wanted))
  if (error === undefined) {
    return { result: 'ok', fact: allowed(wanted), found: { minted: { output: output.webIdentityToken } } }
  }
  if (isInputError(error)) throw error
  if (isServiceError(error) && error.code.startsWith('AccessDenied')) return denied(error, found)
  if (isResponseError(error) || isTimeoutError(error)) {
    return {
      result: 'failed',
      exitCode: exitCodes.network,
      cause: error.message,
      remedy: 'STS answered a moment ago, and not to this: try again.',
    }
  }
  if (isServiceError(error) && isJudged(error)) {
    return { result: 'ok', fact: allowed(wanted), found: { minted: { error } } }
  }
  return {
    result: 'warning',
    cause: `STS has not judged it: ${error.message}`,
    remedy: 'Whether the policies allow it is seen once STS answers otherwise.',
    found: { minted: { error } },
  }
})

// What is refused behind the policies tells that these allow it.
function isJudged(error: ServiceError): boolean {
  return (
    isOutboundWebIdentityFederationDisabledException(error) ||
    isSessionDurationEscalationException(error) ||
    isJWTPayloadSizeExceededException(error)
  )
}

function allowed({ audience, tags = [] }: GetWebIdentityTokenInput): string {
  const tagging = tags.length > 0 ? ' and sts:TagGetWebIdentityToken' : ''
  return `sts:GetWebIdentityToken${tagging} for ${audience.join(', ')}`
}

function denied({ message, remedy = '' }: ServiceError, { wanted, caller, region }: Findings): Outcome {
  const cause = message.replace(remedy, '').trim()
  const refused = { result: 'failed', exitCode: exitCodes.refused, cause } as const
  // No statement that allows could help.
  if (message.includes('with an explicit deny')) return { ...refused, remedy }
  const isOfTags = message.includes('sts:TagGetWebIdentityToken')
  const layer = /because no (.+?) allows/.exec(message)?.[1] ?? 'identity-based policy'
  return {
    ...refused,
    remedy: `${isOfTags ? 'Tags need a permission of their own. ' : ''}Have the ${layer} allow it; the least that does:`,
    command: policyLine(wanted, caller?.account, region),
  }
}

function policyLine(
  { audience, signingAlgorithm, durationSeconds = DEFAULT_DURATION, tags = [] }: GetWebIdentityTokenInput,
  account: string | undefined,
  region: string | undefined,
): string {
  return commandLine(
    'policy',
    ...audience.flatMap((each) => optionWords('audience', each)),
    '--algorithm',
    signingAlgorithm,
    '--max-duration',
    String(durationSeconds),
    ...tags.flatMap(({ key, value }) => optionWords('tag', `${key}=${value}`)),
    ...(account === undefined ? [] : ['--account', account]),
    // It tells the partition that the account is in.
    ...(region === undefined || partitionOf(region).id === 'aws' ? [] : ['--region', region]),
  )
}
