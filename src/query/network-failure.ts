// The error of a request to which no response came.

import { ResponseError } from '../errors.ts'
import { redactError } from './redact.ts'

export function networkFailure(
  error: unknown,
  origin: string,
  attempts: number,
  secrets: readonly string[],
): ResponseError {
  const cause = redactError(error, secrets)
  return new ResponseError('network_failure', `No response from ${origin}: ${reasonOf(cause)}`, {
    retryable: true,
    attempts,
    cause,
  })
}

// Node says only `fetch failed` and keeps the fact in `cause`.
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message
}
