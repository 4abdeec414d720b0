// Whether the token is one that the relying party takes, by what its preset knows.

import { exitCodes } from '../exit-code.ts'
import { commandLine, optionWords } from '../shell-quoted.ts'
import { accessWords } from './access-words.ts'
import { step } from './step.ts'

export const party = step('party', ['preset'], async ({ preset, usualAudience, wanted, line }) => {
  const { name, party: called, signingAlgorithms, algorithmRefusal } = preset
  const audience = wanted.audience.join(', ')
  const tokenLine = (algorithm: string, ...audiences: readonly string[]) =>
    commandLine(
      'token',
      ...audiences.flatMap((each) => optionWords('audience', each)),
      '--algorithm',
      algorithm,
      ...accessWords(line),
    )
  if (!signingAlgorithms.includes(wanted.signingAlgorithm)) {
    const why = algorithmRefusal === undefined ? '' : `: ${algorithmRefusal}`
    return {
      result: 'failed',
      exitCode: exitCodes.refused,
      cause: `${called} takes ${signingAlgorithms.join(' or ')}, and the token is of ${wanted.signingAlgorithm}${why}.`,
      remedy: 'Ask for what it takes:',
      command: tokenLine(signingAlgorithms[0] ?? 'RS256', ...wanted.audience),
    }
  }
  if (usualAudience !== undefined && audience !== usualAudience) {
    return {
      result: 'warning',
      cause: `${called} has the audience ${usualAudience}, and the token is for ${audience}.`,
      remedy: 'Unless just that was entered there, ask for the usual one:',
      command: tokenLine(wanted.signingAlgorithm, usualAudience),
      found: { isTaken: true },
    }
  }
  return {
    result: 'ok',
    fact: `${called} takes such a token, as its preset ${name} has it`,
    found: { isTaken: true },
  }
})
