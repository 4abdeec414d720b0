// What a call of STS needs once its request is on the wire. It is loaded meanwhile, as one chunk where an application is
// bundled in chunks, so that none of it is in front of the first request.

import { SessionDurationEscalationException } from '../errors.ts'
import { remedyFor } from '../query/remedy.ts'
import { serviceReplies } from '../query/replies.ts'
import { stsError } from './exceptions.ts'
import { STS_MISTAKES, sessionRemedy } from './remedy.ts'
import { SHORTEST_DURATION } from './token-duration.ts'

export const replies = serviceReplies((details, parameters) =>
  stsError({ ...details, remedy: remedyFor(STS_MISTAKES, details, parameters) }),
)

/** The refusal that AWS would give, where a session has not so much left that the token ends before it. */
export function sessionTooShort(longest: number): SessionDurationEscalationException {
  return new SessionDurationEscalationException({
    code: 'SessionDurationEscalationException',
    message: 'The token would outlive the session of the credentials; nothing was sent.',
    statusCode: 403,
    requestId: undefined,
    fault: 'client',
    retryable: false,
    attempts: 0,
    remedy: sessionRemedy(longest),
    longestDurationSeconds: longest < SHORTEST_DURATION ? undefined : longest,
  })
}
