// What a broker answers through RPC, which keeps an error's message and loses its class: errors go as data, and are made
// anew on the other side.
// https://developers.cloudflare.com/workers/runtime-apis/rpc/error-handling/

import {
  CredentialsError,
  InputError,
  isCredentialsError,
  isInputError,
  isResponseError,
  isServiceError,
  isTimeoutError,
  isWebIdentityError,
  ResponseError,
  type ResponseErrorCode,
  type ResponseErrorDetails,
  type ServiceErrorDetails,
  TimeoutError,
  WebIdentityError,
} from '../errors.ts'
import { stsError } from '../sts/exceptions.ts'
import type { BrokeredToken } from './broker.ts'

/** A token, or why there is none. */
export type BrokerReply = BrokeredToken | { readonly error: PackedError }

/** What of an error can be sent. It holds no secret, as no error does; causes stay where they are. */
export type PackedError =
  | { readonly kind: 'input'; readonly path: string; readonly rule: string }
  | { readonly kind: 'credentials'; readonly message: string; readonly member: string | undefined }
  | {
      readonly kind: 'timeout'
      readonly waitingFor: string
      readonly timeout: number
      readonly attempts: number
    }
  | {
      readonly kind: 'response'
      readonly code: ResponseErrorCode
      readonly message: string
      readonly details: ResponseErrorDetails
    }
  | { readonly kind: 'service'; readonly details: ServiceErrorDetails }
  | { readonly kind: 'other'; readonly code: string; readonly message: string }

export function packError(error: unknown): PackedError {
  if (isInputError(error)) return { kind: 'input', path: error.path, rule: error.rule }
  if (isCredentialsError(error)) return { kind: 'credentials', message: error.message, member: error.member }
  if (isTimeoutError(error)) {
    const { waitingFor, timeout, attempts } = error
    return { kind: 'timeout', waitingFor, timeout, attempts }
  }
  if (isResponseError(error)) {
    const { code, message, statusCode, contentType, requestId, retryable, attempts } = error
    return {
      kind: 'response',
      code,
      message,
      details: { statusCode, contentType, requestId, retryable, attempts },
    }
  }
  if (isServiceError(error)) {
    const { code, message, statusCode, requestId, fault, retryable, attempts, remedy } = error
    // The message ends with the remedy, which is put there again.
    const own = remedy === undefined ? message : message.slice(0, -remedy.length - 1)
    const details = { code, message: own, statusCode, requestId, fault, retryable, attempts, remedy }
    return { kind: 'service', details }
  }
  if (isWebIdentityError(error)) return { kind: 'other', code: error.code, message: error.message }
  // Nobody knows what is in it: it is neither told nor logged.
  const message = 'The broker failed: its options or its sts threw an error that is none of this package’s'
  return { kind: 'other', code: 'broker_failure', message }
}

export function unpackError(packed: PackedError): WebIdentityError {
  switch (packed.kind) {
    case 'input':
      return new InputError(packed.path, packed.rule)
    case 'credentials':
      return new CredentialsError(
        packed.message,
        packed.member === undefined ? {} : { member: packed.member },
      )
    case 'timeout':
      return new TimeoutError(packed.waitingFor, packed.timeout, packed.attempts)
    case 'response':
      return new ResponseError(packed.code, packed.message, packed.details)
    case 'service':
      return stsError(packed.details)
    case 'other':
      return new WebIdentityError(packed.code, packed.message)
  }
}
