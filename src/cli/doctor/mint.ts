// Whether a token is given to a caller who may have one: the session may be too short for it, the account's switch off.

import {
  isJWTPayloadSizeExceededException,
  isOutboundWebIdentityFederationDisabledException,
  isServiceError,
  isSessionDurationEscalationException,
} from '../../errors.ts'
import type { StsClient } from '../../sts/client.ts'
import type { GetWebIdentityTokenInput } from '../../sts/get-web-identity-token-input.ts'
import { DEFAULT_DURATION, SHORTEST_DURATION } from '../../sts/token-duration.ts'
import { decode } from '../../verify/decode.ts'
import { exitCodes } from '../exit-code.ts'
import { commandLine, optionWords } from '../shell-quoted.ts'
import { accessWords } from './access-words.ts'
import { type Answer, answerOf } from './answer.ts'
import type { Findings } from './findings.ts'
import { type Outcome, step } from './step.ts'

export const mint = step('mint', ['minted', 'sts', 'federation'], async (found) => {
  const { minted, sts, wanted } = found
  const { output: token, error } = minted
  if (token !== undefined) return mintedToken(token, wanted)
  if (isSessionDurationEscalationException(error)) {
    return tooShort(await answerOf(longestDuration(sts, wanted)), found)
  }
  const refused = { result: 'failed', exitCode: exitCodes.refused, cause: error.message } as const
  if (isOutboundWebIdentityFederationDisabledException(error)) {
    return {
      ...refused,
      cause: 'Outbound identity federation is not switched on for the account, or was a moment ago.',
      remedy: 'Switch it on, once for the account, and wait ten seconds:',
      command: commandLine('enable', ...accessWords(found.line)),
    }
  }
  if (isJWTPayloadSizeExceededException(error)) {
    return { ...refused, remedy: 'Ask for fewer or shorter audiences and tags.' }
  }
  if (error.code.startsWith('Throttling')) {
    return { ...refused, remedy: 'The account asks for too much at once: try again a moment later.' }
  }
  const isReceivers = isServiceError(error) && error.fault === 'server'
  return {
    ...refused,
    cause: `${error.code}: ${error.message}`,
    remedy: isReceivers
      ? 'STS says so for ten seconds after federation was switched on, and in its own bad moments: try again then.'
      : 'See what AWS says of this code.',
  }
})

function mintedToken(
  token: string,
  { signingAlgorithm, durationSeconds = DEFAULT_DURATION }: GetWebIdentityTokenInput,
): Outcome {
  const { iss } = decode(token).claims
  return {
    result: 'ok',
    fact: `a token of ${durationSeconds} s by ${signingAlgorithm}, of ${token.length} characters`,
    found: { token, ...(typeof iss === 'string' && { issuer: iss }) },
  }
}

function tooShort(
  { output: longest, error }: Answer<number | undefined>,
  { wanted, line }: Findings,
): Outcome {
  const { audience, signingAlgorithm, durationSeconds = DEFAULT_DURATION, tags = [] } = wanted
  const refused = {
    result: 'failed',
    exitCode: exitCodes.refused,
    cause: `A token must end before the session of the credentials, which has no ${durationSeconds} s left.`,
  } as const
  if (error !== undefined) {
    return { ...refused, remedy: 'Get credentials with a longer session, or ask for a shorter token.' }
  }
  if (longest === undefined) {
    return {
      ...refused,
      remedy: 'It has less than a minute left, too little for any token: get fresh credentials.',
    }
  }
  return {
    ...refused,
    remedy: `Get credentials with a longer session, or ask for at most ${longest} s now:`,
    command: commandLine(
      'token',
      ...audience.flatMap((each) => optionWords('audience', each)),
      '--algorithm',
      signingAlgorithm,
      '--duration',
      String(longest),
      ...tags.flatMap(({ key, value }) => optionWords('tag', `${key}=${value}`)),
      ...accessWords(line),
    ),
  }
}

const granularity = 15

// By asking, as the credentials need not tell when they end, nor the clock be right.
async function longestDuration(
  sts: StsClient,
  wanted: GetWebIdentityTokenInput,
): Promise<number | undefined> {
  let longest: number | undefined
  let least = SHORTEST_DURATION
  let most = (wanted.durationSeconds ?? DEFAULT_DURATION) - 1
  while (least <= most) {
    const durationSeconds = longest === undefined ? SHORTEST_DURATION : Math.ceil((least + most) / 2)
    if (await isGiven(sts, { ...wanted, durationSeconds })) {
      longest = durationSeconds
      least = durationSeconds + granularity
    } else {
      most = durationSeconds - 1
    }
  }
  return longest
}

async function isGiven(sts: StsClient, input: GetWebIdentityTokenInput): Promise<boolean> {
  try {
    await sts.getWebIdentityToken(input)
    return true
  } catch (error) {
    if (isSessionDurationEscalationException(error)) return false
    // STS looks at the session before the account's switch.
    if (isOutboundWebIdentityFederationDisabledException(error)) return true
    throw error
  }
}
