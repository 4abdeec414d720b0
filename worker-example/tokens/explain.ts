// Why there is no token: the caller's fault (400), a refusal of STS or of a relying party (502), or something that passes
// (503). Their own words can tell of the Worker's credentials and permissions, so they go to the audit alone.

import {
  isCredentialsError,
  isInputError,
  isJWTPayloadSizeExceededException,
  isResponseError,
  isServiceError,
  isTimeoutError,
  isWebIdentityError,
} from 'aws-web-identity'
import { isExchangeError } from 'aws-web-identity/exchange'
import { Problem } from '../http/problem.ts'

/** Try again after so many seconds, where nobody says. */
const RETRY_AFTER = 5

/** The problem to answer with; the error itself, where it is none of the library's. */
export function explain(error: unknown): unknown {
  if (error instanceof Problem || !isWebIdentityError(error)) return error
  const { code, message } = error
  const why = `${error.name} ${code}: ${message}`
  // What the caller asked for was checked before: what the broker refuses is its own configuration.
  if (isInputError(error) || isCredentialsError(error)) return notConfigured(why)
  if (isJWTPayloadSizeExceededException(error)) {
    const details = { why, members: requestOf(error.requestId) }
    return new Problem(
      400,
      'token_too_large',
      'The token would be too large: send fewer or shorter tags.',
      details,
    )
  }
  if (isExchangeError(error)) return answered(error, why, error.party, error.retryAfter)
  if (isServiceError(error) || isResponseError(error)) return answered(error, why, 'AWS STS')
  if (isTimeoutError(error)) return unavailable('AWS STS', why)
  return unavailable('The broker', why)
}

/** 503; the reason is for the audit. */
function notConfigured(why: string): Problem {
  return new Problem(503, 'not_configured', 'The Worker is not configured. Its log says what is wrong.', {
    why,
  })
}

/** 503 */
export function unavailable(who: string, why: string, requestId?: string, retryAfter?: number): Problem {
  const seconds = retryAfter === undefined ? RETRY_AFTER : Math.ceil(retryAfter / 1000)
  return new Problem(503, 'unavailable', `${who} gives no token now. Try again.`, {
    why,
    headers: { 'Retry-After': String(seconds) },
    members: requestOf(requestId),
  })
}

function answered(
  { retryable, requestId }: { readonly retryable: boolean; readonly requestId?: string | undefined },
  why: string,
  who: string,
  retryAfter?: number,
): Problem {
  if (retryable) return unavailable(who, why, requestId, retryAfter)
  const details = { why, members: requestOf(requestId) }
  return new Problem(502, 'refused', `${who} gave no token. The Worker’s log says why.`, details)
}

/** The id by which AWS, or the party, knows the request. */
function requestOf(upstreamRequestId: string | undefined): { upstreamRequestId?: string } {
  return upstreamRequestId === undefined ? {} : { upstreamRequestId }
}
