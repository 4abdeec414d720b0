// Whether the token is one that the relying party takes, by what its preset knows.

import { exitCodes } from '../exit-code.ts'
import { commandLine } from '../shell-quoted.ts'
import { step } from './step.ts'

export const party = step('party', ['preset'], async ({ preset, usualAudience, wanted }) => {
  const { name, party: called, signingAlgorithms, algorithmRefusal } = preset
  const audience = wanted.audience.join(', ')
  const line = (algorithm: string, ...audiences: readonly string[]) =>
    commandLine('token', ...audiences.flatMap((each) => ['--audience', each]), '--algorithm', algorithm)
  if (!signingAlgorithms.includes(wanted.signingAlgorithm)) {
    const why = algorithmRefusal === undefined ? '' : `: ${algorithmRefusal}`
    return {
      result: 'failed',
      exitCode: exitCodes.refused,
      cause: `${called} takes ${signingAlgorithms.join(' or ')}, and the token is of ${wanted.signingAlgorithm}${why}.`,
      remedy: 'Ask for what it takes:',
      command: line(signingAlgorithms[0] ?? 'RS256', ...wanted.audience),
    }
  }
  if (usualAudience !== undefined && audience !== usualAudience) {
    return {
      result: 'warning',
      cause: `${called} has the audience ${usualAudience}, and the token is for ${audience}.`,
      remedy: 'Unless just that was entered there, ask for the usual one:',
      command: line(wanted.signingAlgorithm, usualAudience),
      found: { isTaken: true },
    }
  }
  return {
    result: 'ok',
    fact: `${called} takes such a token, as its preset ${name} has it`,
    found: { isTaken: true },
  }
})
