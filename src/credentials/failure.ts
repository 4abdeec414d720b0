// What a provider throws: a `CredentialsError` that names the provider. Its cause is an error of this package,
// which holds no secret by construction, or nothing: of a foreign error nobody knows what it holds.

import {
  CredentialsError,
  isCredentialsError,
  isResponseError,
  isServiceError,
  isTimeoutError,
  isWebIdentityError,
} from '../errors.ts'
import { excerpt } from '../query/redact.ts'

/** The error as the provider `name` throws it. */
export function failureOf(name: string, error: unknown): CredentialsError {
  if (!isCredentialsError(error)) {
    return new CredentialsError(`${name}: ${reasonOf(error)}`, causeOf(error))
  }
  const { member, tryNextLink, cause } = error
  return new CredentialsError(`${name}: ${error.message}`, {
    tryNextLink,
    ...(member === undefined ? undefined : { member }),
    ...(cause === undefined ? undefined : { cause }),
  })
}

/** An error in words, without a secret. */
export function reasonOf(error: unknown): string {
  if (isWebIdentityError(error)) return error.message
  if (!(error instanceof Error)) return 'it threw something that is no error'
  // An error of somebody else's may have anything for its message.
  const { message }: { message: unknown } = error
  return typeof message !== 'string' || message === '' ? 'it gave no reason' : excerpt(message, [])
}

/** The error as a cause, where it can hold no secret. */
export function causeOf(error: unknown): { cause?: unknown } {
  return isWebIdentityError(error) ? { cause: error } : {}
}

/** The HTTP status of a response that was an error. */
export function statusOf(error: unknown): number | undefined {
  return isServiceError(error) || isResponseError(error) ? error.statusCode : undefined
}

/** Whether no response came at all: nobody is there, or nobody who answers in time. */
export function isSilence(error: unknown): boolean {
  return isTimeoutError(error) || (isResponseError(error) && error.code === 'network_failure')
}
