// From an error to what is said of it: an exit code, a code for programs, and one sentence for people.

import {
  isCredentialsError,
  isExchangeError,
  isInputError,
  isResponseError,
  isServiceError,
  isTimeoutError,
  isVerificationError,
  isWebIdentityError,
} from '../errors.ts'
import { Complaint, UsageError } from './complaint.ts'
import { exitCodes } from './exit-code.ts'

export interface Failure {
  readonly exitCode: number
  /** AWS's own, or one of ours, such as `usage` or `invalid_credentials`. */
  readonly code: string
  /** One sentence or two, with the remedy where it is known. */
  readonly message: string
  /** What else is known, for a program. */
  readonly details: Readonly<Record<string, unknown>>
}

/**
 * `undefined` for an error that is nobody's answer but a defect of this program, whose stack is wanted.
 *
 * @param command whose help is told where the line was wrong
 */
export function failureOf(error: unknown, command?: string): Failure | undefined {
  const see = `aws-web-identity ${command === undefined ? '' : `${command} `}--help`
  if (error instanceof UsageError) {
    const joint = error.message.endsWith('?') ? ' See' : ': see'
    return { ...failed(error), exitCode: error.exitCode, message: `${error.message}${joint} ${see}.` }
  }
  if (error instanceof Complaint) return { ...failed(error), exitCode: error.exitCode }
  if (isInputError(error)) {
    const { path } = error
    const details = { path }
    return { ...failed(error), exitCode: exitCodes.usage, message: `${error.message}: see ${see}.`, details }
  }
  if (isServiceError(error)) {
    const { statusCode, requestId, remedy } = error
    const isOfCredentials = credentialsCodes.includes(error.code)
    return {
      ...failed(error),
      exitCode: isOfCredentials ? exitCodes.credentials : exitCodes.refused,
      message: `${error.code}: ${ended(error.message)}`,
      details: { statusCode, requestId, remedy },
    }
  }
  if (isCredentialsError(error)) {
    const failure = failed(error)
    // None were found anywhere: the one place that is not looked at by itself are the files of the AWS CLI.
    const hint = error.tryNextLink ? '\nThose of a profile in ~/.aws are taken with --profile NAME.' : ''
    return { ...failure, exitCode: exitCodes.credentials, message: `${failure.message}${hint}` }
  }
  if (isTimeoutError(error)) return { ...failed(error), exitCode: exitCodes.network }
  if (isResponseError(error)) {
    const { statusCode, requestId } = error
    return { ...failed(error), exitCode: exitCodes.network, details: { statusCode, requestId } }
  }
  if (isExchangeError(error)) {
    const { statusCode, requestId, remedy } = error
    return { ...failed(error), exitCode: exitCodes.refused, details: { statusCode, requestId, remedy } }
  }
  if (isVerificationError(error)) {
    const isUnknown = error.code === 'keys_unavailable'
    const { expected, actual } = error
    return {
      ...failed(error),
      exitCode: isUnknown ? exitCodes.network : exitCodes.refused,
      details: { expected, actual },
    }
  }
  if (isWebIdentityError(error)) return { ...failed(error), exitCode: exitCodes.refused }
  return undefined
}

/** As an object for a program; what is not known is left out by JSON. */
export function failureObject({ code, message, exitCode, details }: Failure): object {
  return { error: { code, message, exitCode, ...details } }
}

function failed({ code, message }: { readonly code: string; readonly message: string }) {
  return { code, message: ended(message), details: {} }
}

/** Most messages of the library are one sentence without its full stop, for they are made to be quoted. */
export function ended(message: string): string {
  return message.replace(/[^.!?]$/, '$&.')
}

/** What AWS says where the credentials are none that it takes. */
const credentialsCodes = [
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]
