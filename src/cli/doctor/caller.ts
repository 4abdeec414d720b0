// Whether AWS knows the credentials, and whether their kind may ask for tokens at all.

import { isServiceError } from '../../errors.ts'
import { parsePrincipalArn } from '../../verify/arn.ts'
import { exitCodes } from '../exit-code.ts'
import { failureOf } from '../failure.ts'
import { shellQuoted } from '../shell-quoted.ts'
import { accessWords } from './access-words.ts'
import { step } from './step.ts'

export const caller = step('caller', ['identity'], async ({ identity: { output, error }, line }) => {
  // `aws` has these options by the same names.
  const command = ['aws', 'sts', 'get-caller-identity', ...accessWords(line)].map(shellQuoted).join(' ')
  if (error !== undefined) {
    const remedy = isServiceError(error) ? error.remedy : undefined
    const failure = failureOf(error)
    return {
      result: 'failed',
      exitCode: failure?.exitCode ?? exitCodes.refused,
      cause: `${error.code}: ${remedy === undefined ? error.message : error.message.replace(remedy, '').trim()}`,
      remedy:
        remedy ??
        (isServiceError(error) && !error.retryable
          ? 'AWS refuses the credentials for this reason. The AWS CLI is refused alike:'
          : 'Ask AWS again a moment later.'),
      command,
    }
  }
  if (/^arn:[^:]+:sts::\d+:federated-user\//.test(output.arn)) {
    return {
      result: 'failed',
      exitCode: exitCodes.credentials,
      cause: `${output.arn} is a session of GetFederationToken, which may not ask for tokens.`,
      remedy: 'Use the keys of a user, a GetSessionToken session or an assumed role.',
      command,
    }
  }
  const kind = parsePrincipalArn(output.arn)?.kind.replace('-', ' ')
  return {
    result: 'ok',
    fact: `${output.arn}${kind === undefined ? '' : `, ${kind === 'assumed role' ? 'an' : 'a'} ${kind}`}`,
    found: { caller: output },
  }
})
