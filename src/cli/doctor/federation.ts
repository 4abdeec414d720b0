// Whether the account gives tokens, as far as the caller may know.

import { isWebIdentityError } from '../../errors.ts'
import { IamClient } from '../../iam/client.ts'
import { exitCodes } from '../exit-code.ts'
import { accountFederation } from '../federation/account-federation.ts'
import { commandLine } from '../shell-quoted.ts'
import { accessWords } from './access-words.ts'
import { type Outcome, step } from './step.ts'

export const federation = step('federation', ['caller', 'access'], async ({ access, line }) => {
  const enable = commandLine('enable', ...accessWords(line))
  try {
    const found = await accountFederation(new IamClient({ ...access.iam, maxAttempts: 2 }))
    if (found.state === 'denied') {
      return unknown(
        `IAM does not tell this caller: ${found.error.message}`,
        'To be told, the caller needs iam:GetOutboundWebIdentityFederationInfo.',
      )
    }
    if (found.state === 'off') {
      return {
        result: 'failed',
        exitCode: exitCodes.refused,
        cause: 'Outbound identity federation is not switched on for the account.',
        remedy: 'Switch it on, once for the account, and wait ten seconds:',
        command: enable,
      }
    }
    const { issuer } = found
    if (found.isVending)
      return { result: 'ok', fact: `on, as ${issuer}`, found: { federation: 'on', issuer } }
    return {
      result: 'failed',
      exitCode: exitCodes.refused,
      cause: 'Outbound identity federation is known to the account, but gives no tokens.',
      remedy: 'Switch it on:',
      command: enable,
      found: { issuer },
    }
  } catch (error) {
    if (!isWebIdentityError(error)) throw error
    return unknown(`IAM does not answer: ${error.message}`, 'To be told, ask IAM again a moment later.')
  }
})

// Whether it is on shows as a token is asked for.
function unknown(cause: string, remedy: string): Outcome {
  return {
    result: 'warning',
    cause,
    remedy: `It will show as a token is asked for. ${remedy}`,
    found: { federation: 'maybe' },
  }
}
