// Whether the token verifies, as at a receiver.

import { isVerificationError } from '../../errors.ts'
import { createVerifier } from '../../verify/verifier.ts'
import { exitCodes } from '../exit-code.ts'
import { shellQuoted } from '../shell-quoted.ts'
import { remedyFor } from '../verify/remedy.ts'
import { step } from './step.ts'

export const verification = step('verification', ['token', 'issuer', 'jwksUri'], async (found) => {
  const { token, issuer, wanted, watch } = found
  // By the server's clock, for that of this machine has a step of its own.
  const verifier = createVerifier({ audience: wanted.audience, issuer, now: watch.now })
  try {
    const { subject } = await verifier.verify(token)
    return { result: 'ok', fact: `a receiver sees ${subject}` }
  } catch (error) {
    if (!isVerificationError(error)) throw error
    const isUnknown = error.code === 'keys_unavailable'
    return {
      result: 'failed',
      exitCode: isUnknown ? exitCodes.network : exitCodes.refused,
      cause: error.message,
      remedy:
        error.code === 'signature'
          ? 'The published keys are none of the issuer that signed: see who answers for it.'
          : remedyFor(error),
      command: `curl --silent ${shellQuoted(`${issuer}/.well-known/jwks.json`)}`,
    }
  }
})
