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

/** What to throw where there is no source for what the caller asked for. */
export function explainRequest(error: unknown): unknown {
  if (!isInputError(error)) return error
  // Which audiences there are is not told.
  if (error.path === 'audience' && error.rule.includes('may be asked for')) {
    return new Refusal(403, 'audience_not_allowed', 'The Worker gives no tokens for this audience.')
  }
  return new Refusal(400, 'invalid_parameter', error.message)
}

/** What to throw where the source gave no token; the error itself where it is none of the library's. */
export function explain(error: unknown, signals: { client: AbortSignal; patience: AbortSignal }): unknown {
  if (signals.client.aborted) return new Refusal(499, 'client_closed_request', 'The caller has gone.')
  if (signals.patience.aborted) return unavailable(new Error('The broker takes its time.'))
  // What the caller asked for was checked before: what the broker refuses is its own configuration.
  if (isInputError(error) || isCredentialsError(error)) return notConfigured(error.message)
  if (isJWTPayloadSizeExceededException(error)) {
    return new Refusal(400, 'token_too_large', 'The token would be too large: send fewer or shorter tags.')
  }
  if (isTimeoutError(error)) return unavailable(error)
  if (isServiceError(error) || isResponseError(error)) {
    return error.retryable ? unavailable(error, error.requestId) : refused(error, error.requestId)
  }
  return error
}

function refused(error: Error, requestId: string | undefined): Refusal {
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
  console.error(
    `${error.name} ${error.code ?? ''}: ${error.message}${requestId ? ` (request ${requestId})` : ''}`,
  )
  return refusal
}
