// Why there is no token: the caller's fault (400), a refusal of STS (502), or something that passes (503). AWS's
// own words can tell of the Worker's credentials and their permissions, so they go to the log alone.

import {
  isCredentialsError,
  isInputError,
  isJWTPayloadSizeExceededException,
  isResponseError,
  isServiceError,
  isTimeoutError,
} from 'aws-web-identity'
import { Refusal } from './answer.ts'
import { notConfigured } from './configuration.ts'

/** What to throw for an error of `getWebIdentityToken`; the error itself where it is none of the library's. */
export function explain(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new Refusal(499, 'client_closed_request', 'The caller has gone.')
  if (isInputError(error)) {
    // The caller cannot choose the region: its input error is ours.
    if (error.path === 'region') return notConfigured(error.message)
    return new Refusal(400, 'invalid_parameter', error.message)
  }
  if (isJWTPayloadSizeExceededException(error)) {
    return new Refusal(400, 'token_too_large', 'The token would be too large: send fewer or shorter tags.')
  }
  if (isTimeoutError(error)) return unavailable(error)
  if (isServiceError(error) || isResponseError(error)) {
    return error.retryable ? unavailable(error, error.requestId) : refused(error, error.requestId)
  }
  return isCredentialsError(error) ? refused(error) : error
}

function refused(error: Error, requestId?: string): Refusal {
  return logged(
    error,
    requestId,
    new Refusal(502, 'sts_refused', withId('AWS STS gave no token.', requestId)),
  )
}

function unavailable(error: Error, requestId?: string): Refusal {
  const message = withId('AWS STS is not available now. Try again.', requestId)
  return logged(error, requestId, new Refusal(503, 'sts_unavailable', message, { 'Retry-After': '5' }))
}

function withId(message: string, requestId: string | undefined): string {
  return requestId === undefined ? message : `${message} Its request id is ${requestId}.`
}

function logged(error: Error & { code?: string }, requestId: string | undefined, refusal: Refusal): Refusal {
  console.error(`${error.name} ${error.code}: ${error.message}${requestId ? ` (request ${requestId})` : ''}`)
  return refusal
}
