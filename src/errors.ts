// Every error class of the package. One base class with a stable `code`; a subclass where a caller would
// branch. Codes in PascalCase are AWS's own, codes in snake_case are ours.

const BRAND: unique symbol = Symbol.for('aws-web-identity.error')

/**
 * The base class of every error that this package makes. An abort is no such error: a call that is aborted
 * rejects with the caller's own `signal.reason`, as `fetch` does.
 *
 * @example
 * ```ts
 * import { isWebIdentityError, type StsClient } from 'aws-web-identity'
 *
 * export async function mint(sts: StsClient) {
 *   try {
 *     return await sts.getWebIdentityToken({ audience: ['https://api.example.com'], signingAlgorithm: 'ES384' })
 *   } catch (error) {
 *     if (isWebIdentityError(error)) console.error(error.code, error.message)
 *     throw error
 *   }
 * }
 * ```
 */
export class WebIdentityError extends Error {
  /** What went wrong, for a program: AWS's code as it is (`AccessDenied`), or one of ours (`invalid_input`). */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  // On the prototype and not a field, so that the stack's first line and a minified bundle name it too.
  override get name(): string {
    return 'WebIdentityError'
  }

  /** By this the guards know an error of another realm, or of a second copy of the package. */
  get [BRAND](): true {
    return true
  }
}

/** Something that the caller gave breaks a rule; nothing was sent. `code` is `invalid_input`. */
export class InputError extends WebIdentityError {
  /** Where it stands, such as `audience[3]` or `region`. */
  readonly path: string
  /** What must hold there, such as `must have 1 to 1000 characters`. */
  readonly rule: string

  constructor(path: string, rule: string, options?: ErrorOptions) {
    super('invalid_input', `${path} ${rule}`, options)
    this.path = path
    this.rule = rule
  }

  override get name(): string {
    return 'InputError'
  }
}

/**
 * There are no usable AWS credentials. Nothing was sent, unless a provider that was asked for others than AWS had refused
 * has none. `code` is `invalid_credentials`.
 */
export class CredentialsError extends WebIdentityError {
  /** The member that is missing or malformed, such as `secretAccessKey`; absent when the provider failed. */
  readonly member: string | undefined
  /**
   * Whether the source is simply not there, so that a chain may ask the next; `false` where it is there and
   * broken. The AWS SDK's chains go by the same name.
   */
  readonly tryNextLink: boolean

  constructor(message: string, options?: ErrorOptions & { member?: string; tryNextLink?: boolean }) {
    super('invalid_credentials', message, options)
    this.member = options?.member
    this.tryNextLink = options?.tryNextLink ?? false
  }

  override get name(): string {
    return 'CredentialsError'
  }
}

/** A deadline passed. `code` is `timeout`. */
export class TimeoutError extends WebIdentityError {
  /** What the call was waiting for, such as `the response`. */
  readonly waitingFor: string
  /** The deadline that passed, in milliseconds. */
  readonly timeout: number
  /** How many requests were sent. */
  readonly attempts: number
  /** Whether the same request may succeed a moment later: always. */
  readonly retryable = true

  constructor(waitingFor: string, timeout: number, attempts: number, options?: ErrorOptions) {
    super('timeout', `Gave up after ${timeout} ms, waiting for ${waitingFor}`, options)
    this.waitingFor = waitingFor
    this.timeout = timeout
    this.attempts = attempts
  }

  override get name(): string {
    return 'TimeoutError'
  }
}

/** Why a {@link ResponseError} was made. */
export type ResponseErrorCode =
  /** No response arrived: DNS, connection, TLS. */
  | 'network_failure'
  /** The response began and broke off. */
  | 'incomplete_body'
  /** A 3xx that is not followed: none is of a request that is signed, or holds a token. */
  | 'redirect'
  /** More than 64 KiB. */
  | 'too_large'
  /** Of AWS no XML, of a party no JSON: a proxy's HTML, nothing at all. */
  | 'unexpected_content'
  /** XML or JSON that is malformed, or is not the reply to this request. */
  | 'unexpected_reply'

/** What a {@link ResponseError} knows. */
export interface ResponseErrorDetails {
  /** The HTTP status, where a response came. */
  readonly statusCode?: number | undefined
  /** The response's `Content-Type`, where it named one. */
  readonly contentType?: string | undefined
  /** AWS's id of the request, where the response named one. */
  readonly requestId?: string | undefined
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean
  /** How many requests were sent. */
  readonly attempts: number
  readonly cause?: unknown
}

/** What came back is no answer of the service, or nothing came back at all. */
export class ResponseError extends WebIdentityError {
  declare readonly code: ResponseErrorCode
  /** The HTTP status; `undefined` when no response came. */
  readonly statusCode: number | undefined
  /** The response's `Content-Type`; `undefined` when it named none. */
  readonly contentType: string | undefined
  /** AWS's id of the request, for their support; `undefined` when the response named none. */
  readonly requestId: string | undefined
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean
  /** How many requests were sent. */
  readonly attempts: number

  constructor(code: ResponseErrorCode, message: string, details: ResponseErrorDetails) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause })
    this.statusCode = details.statusCode
    this.contentType = details.contentType
    this.requestId = details.requestId
    this.retryable = details.retryable
    this.attempts = details.attempts
  }

  override get name(): string {
    return 'ResponseError'
  }
}

/** What AWS said, and what we know of it. */
export interface ServiceErrorDetails {
  /** AWS's error code, such as `AccessDenied`. */
  readonly code: string
  /** AWS's own words. */
  readonly message: string
  /** The HTTP status. */
  readonly statusCode: number
  /** AWS's id of the request, where it named one. */
  readonly requestId: string | undefined
  /** Who is at fault: the caller (`Sender` in AWS's XML) or AWS (`Receiver`). */
  readonly fault: 'client' | 'server'
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean
  /** How many requests were sent. */
  readonly attempts: number
  /** What to do about it, in one sentence, where that is known. */
  readonly remedy?: string | undefined
}

/**
 * AWS refused the request. `code` is AWS's. The message is AWS's, followed by the remedy where one is known.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export class ServiceError extends WebIdentityError {
  /** The HTTP status. */
  readonly statusCode: number
  /** AWS's id of the request, for their support. */
  readonly requestId: string | undefined
  /** Who is at fault: the caller (`Sender` in AWS's XML) or AWS (`Receiver`). */
  readonly fault: 'client' | 'server'
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean
  /** How many requests were sent. */
  readonly attempts: number
  /** What to do about it, in one sentence; `undefined` where that is not known. */
  readonly remedy: string | undefined

  constructor(details: ServiceErrorDetails) {
    const { code, message, remedy } = details
    super(code, remedy === undefined ? message : `${message.replace(/[^.!?]$/, '$&.')} ${remedy}`)
    this.statusCode = details.statusCode
    this.requestId = details.requestId
    this.fault = details.fault
    this.retryable = details.retryable
    this.attempts = details.attempts
    this.remedy = remedy
  }

  override get name(): string {
    return 'ServiceError'
  }
}

/**
 * The claims of the token would be longer than 14,984 bytes: fewer or shorter audiences and tags are needed.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_Errors
 */
export class JWTPayloadSizeExceededException extends ServiceError {
  override get name(): string {
    return 'JWTPayloadSizeExceededException'
  }
}

/**
 * The account has not switched on outbound identity federation, or did so less than a quarter of a minute ago.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_Errors
 */
export class OutboundWebIdentityFederationDisabledException extends ServiceError {
  override get name(): string {
    return 'OutboundWebIdentityFederationDisabledException'
  }
}

/**
 * The token would outlive the session of the credentials that ask for it.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_Errors
 */
export class SessionDurationEscalationException extends ServiceError {
  /**
   * The longest `durationSeconds` that the session still allows, where the credentials tell when they end; `undefined`
   * where they do not, or where it is less than the 60 s that a token must have.
   */
  readonly longestDurationSeconds: number | undefined

  constructor(details: ServiceErrorDetails & { readonly longestDurationSeconds?: number | undefined }) {
    super(details)
    this.longestDurationSeconds = details.longestDurationSeconds
  }

  override get name(): string {
    return 'SessionDurationEscalationException'
  }
}

/**
 * The credentials, or the web identity token in their place, have run out.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export class ExpiredTokenException extends ServiceError {
  override get name(): string {
    return 'ExpiredTokenException'
  }
}

/**
 * AWS could not reach the issuer of the web identity token. It was tried again by then.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors
 */
export class IDPCommunicationErrorException extends ServiceError {
  override get name(): string {
    return 'IDPCommunicationErrorException'
  }
}

/**
 * The issuer of the web identity token, or the role, does not take its claims.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors
 */
export class IDPRejectedClaimException extends ServiceError {
  override get name(): string {
    return 'IDPRejectedClaimException'
  }
}

/**
 * AWS cannot verify the web identity token.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors
 */
export class InvalidIdentityTokenException extends ServiceError {
  override get name(): string {
    return 'InvalidIdentityTokenException'
  }
}

/**
 * Outbound identity federation is enabled already. IAM's code is `FeatureEnabled`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
 */
export class FeatureEnabledException extends ServiceError {
  override get name(): string {
    return 'FeatureEnabledException'
  }
}

/**
 * Outbound identity federation is not enabled. IAM's code is `FeatureDisabled`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
 */
export class FeatureDisabledException extends ServiceError {
  override get name(): string {
    return 'FeatureDisabledException'
  }
}

/**
 * Why a {@link VerificationError} was made, in the order in which a token is looked at. Where the issuer is none that was
 * named, and no token of it was accepted yet, all from `claims` on is looked at before its keys are asked for as well.
 */
export type VerificationErrorCode =
  /** No token in the compact form: its characters, its length, its JSON. */
  | 'malformed'
  /** Signed by an algorithm that is not accepted here. */
  | 'algorithm'
  /** The header has a member that is refused, or has no `kid`. */
  | 'header'
  /** The issuer is none of those that are accepted. */
  | 'issuer'
  /** The issuer's keys could not be had: nothing is known of the token. */
  | 'keys_unavailable'
  /** The issuer publishes no key of that name. */
  | 'key_not_found'
  /** The key of that name does not fit, or is none to trust. */
  | 'key_unusable'
  /** The signature is not that of the key over this token. */
  | 'signature'
  /** A claim is missing, or is not of its type. That of `iss` is seen before the issuer. */
  | 'claims'
  /** Signed for somebody else. */
  | 'audience'
  /** Of an AWS account that is not accepted. */
  | 'account'
  /** Of an AWS organization that is not accepted, or of none. */
  | 'organization'
  /** Of an organizational unit that is not accepted, or of none. */
  | 'organizational_unit'
  /** Of a principal that is not accepted. */
  | 'subject'
  /** Asked for in an AWS region that is not accepted. */
  | 'region'
  /** The principal does not have the tags that are demanded. */
  | 'principal_tags'
  /** Its time is over. */
  | 'expired'
  /** Its `nbf` is still to come. */
  | 'not_yet_valid'
  /** Its `iat` is more than a minute ahead of this machine's clock. */
  | 'issued_in_future'
  /** `exp` is not behind `iat`, or is more than an hour behind it. */
  | 'lifetime'
  /** Older than `maxTokenAge`. */
  | 'too_old'

/** What a {@link VerificationError} knows. */
export interface VerificationErrorDetails {
  /** What would have been accepted, where it is harmless to tell. */
  readonly expected?: string | readonly string[] | undefined
  /** What the token has in its place, where it is harmless to tell. */
  readonly actual?: string | readonly string[] | undefined
  readonly cause?: unknown
}

/**
 * A token is not to be trusted, or (`keys_unavailable`) it cannot be said whether it is. It never holds the token.
 * The message, `expected` and `actual` are for the log of whoever verifies, and not for whoever sent the token.
 */
export class VerificationError extends WebIdentityError {
  declare readonly code: VerificationErrorCode
  /** What would have been accepted; `undefined` where that is not told. */
  readonly expected: string | readonly string[] | undefined
  /** What the token has in its place; `undefined` where that is not told. */
  readonly actual: string | readonly string[] | undefined

  constructor(code: VerificationErrorCode, message: string, details: VerificationErrorDetails = {}) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause })
    this.expected = details.expected
    this.actual = details.actual
  }

  override get name(): string {
    return 'VerificationError'
  }
}

/** What a party said, and what is known of it. */
export interface ExchangeErrorDetails {
  /** How the party is called. */
  readonly party: string
  /** The error code, such as `invalid_grant`. */
  readonly code: string
  /** The party's own words. */
  readonly description: string | undefined
  /** The HTTP status. */
  readonly statusCode: number
  /** The party's id of the request, where it named one. */
  readonly requestId: string | undefined
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean
  /** For how long the party wants to be left alone, in milliseconds, where it says so. */
  readonly retryAfter: number | undefined
  /** How many requests were sent. */
  readonly attempts: number
  /** What to do about it, in one sentence, where that is known. */
  readonly remedy: string | undefined
}

/**
 * A relying party refused to give access for a token. `code` is the party's: `invalid_grant`, `invalid_client` and the
 * others of RFC 6749 section 5.2, or one of its own; `exchange_refused` where it gave none. Neither token is in it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class ExchangeError extends WebIdentityError {
  /** How the party is called. */
  readonly party: string
  /** The party's own words; `undefined` where it gave none. */
  readonly description: string | undefined
  /** The HTTP status. */
  readonly statusCode: number
  /** The party's id of the request, for its support; `undefined` where it named none. */
  readonly requestId: string | undefined
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean
  /** For how long the party wants to be left alone, in milliseconds; `undefined` where it does not say so. */
  readonly retryAfter: number | undefined
  /** How many requests were sent. */
  readonly attempts: number
  /** What to do about it, in one sentence; `undefined` where that is not known. */
  readonly remedy: string | undefined

  constructor(details: ExchangeErrorDetails) {
    const { party, code, description, remedy } = details
    const told = description === undefined ? code : `${code}: ${description}`
    super(
      code,
      `${party} refused the exchange, ${told.replace(/[^.!?]$/, '$&.')}${remedy === undefined ? '' : ` ${remedy}`}`,
    )
    this.party = party
    this.description = description
    this.statusCode = details.statusCode
    this.requestId = details.requestId
    this.retryable = details.retryable
    this.retryAfter = details.retryAfter
    this.attempts = details.attempts
    this.remedy = remedy
  }

  override get name(): string {
    return 'ExchangeError'
  }
}

// The guards go by brand and name, so that they also hold for an error of another realm or of a second copy of
// this package, where `instanceof` fails. A structured clone keeps neither.

/** Whether this is an {@link InputError}, of whichever realm or copy of the package. */
export function isInputError(error: unknown): error is InputError {
  return hasName(error, ['InputError'])
}

/** Whether this is a {@link CredentialsError}, of whichever realm or copy of the package. */
export function isCredentialsError(error: unknown): error is CredentialsError {
  return hasName(error, ['CredentialsError'])
}

/** Whether this is our {@link TimeoutError} (not the platform's), of whichever realm or copy of the package. */
export function isTimeoutError(error: unknown): error is TimeoutError {
  return hasName(error, ['TimeoutError'])
}

/** Whether this is a {@link ResponseError}, of whichever realm or copy of the package. */
export function isResponseError(error: unknown): error is ResponseError {
  return hasName(error, ['ResponseError'])
}

/** Whether this is a {@link ServiceError} or one of its subclasses, of whichever realm or copy of the package. */
export function isServiceError(error: unknown): error is ServiceError {
  return hasName(error, ['ServiceError', ...exceptionNames])
}

/** Whether this is a {@link JWTPayloadSizeExceededException}, of whichever realm or copy of the package. */
export function isJWTPayloadSizeExceededException(error: unknown): error is JWTPayloadSizeExceededException {
  return hasName(error, ['JWTPayloadSizeExceededException'])
}

/** Whether this is an {@link OutboundWebIdentityFederationDisabledException}, of whichever realm or copy. */
export function isOutboundWebIdentityFederationDisabledException(
  error: unknown,
): error is OutboundWebIdentityFederationDisabledException {
  return hasName(error, ['OutboundWebIdentityFederationDisabledException'])
}

/** Whether this is a {@link SessionDurationEscalationException}, of whichever realm or copy of the package. */
export function isSessionDurationEscalationException(
  error: unknown,
): error is SessionDurationEscalationException {
  return hasName(error, ['SessionDurationEscalationException'])
}

/** Whether this is a {@link FeatureEnabledException}, of whichever realm or copy of the package. */
export function isFeatureEnabledException(error: unknown): error is FeatureEnabledException {
  return hasName(error, ['FeatureEnabledException'])
}

/** Whether this is a {@link FeatureDisabledException}, of whichever realm or copy of the package. */
export function isFeatureDisabledException(error: unknown): error is FeatureDisabledException {
  return hasName(error, ['FeatureDisabledException'])
}

/** Whether this is an {@link ExpiredTokenException}, of whichever realm or copy of the package. */
export function isExpiredTokenException(error: unknown): error is ExpiredTokenException {
  return hasName(error, ['ExpiredTokenException'])
}

/** Whether this is an {@link IDPCommunicationErrorException}, of whichever realm or copy of the package. */
export function isIDPCommunicationErrorException(error: unknown): error is IDPCommunicationErrorException {
  return hasName(error, ['IDPCommunicationErrorException'])
}

/** Whether this is an {@link IDPRejectedClaimException}, of whichever realm or copy of the package. */
export function isIDPRejectedClaimException(error: unknown): error is IDPRejectedClaimException {
  return hasName(error, ['IDPRejectedClaimException'])
}

/** Whether this is an {@link InvalidIdentityTokenException}, of whichever realm or copy of the package. */
export function isInvalidIdentityTokenException(error: unknown): error is InvalidIdentityTokenException {
  return hasName(error, ['InvalidIdentityTokenException'])
}

/** Whether this is a {@link VerificationError}, of whichever realm or copy of the package. */
export function isVerificationError(error: unknown): error is VerificationError {
  return hasName(error, ['VerificationError'])
}

/** Whether this is an {@link ExchangeError}, of whichever realm or copy of the package. */
export function isExchangeError(error: unknown): error is ExchangeError {
  return hasName(error, ['ExchangeError'])
}

/** Whether this is an error of this package, of whichever realm or copy of it. */
export function isWebIdentityError(error: unknown): error is WebIdentityError {
  return (
    hasName(error, ['WebIdentityError']) ||
    isInputError(error) ||
    isCredentialsError(error) ||
    isTimeoutError(error) ||
    isResponseError(error) ||
    isServiceError(error) ||
    isVerificationError(error) ||
    isExchangeError(error)
  )
}

const exceptionNames = [
  'ExpiredTokenException',
  'IDPCommunicationErrorException',
  'IDPRejectedClaimException',
  'InvalidIdentityTokenException',
  'FeatureDisabledException',
  'FeatureEnabledException',
  'JWTPayloadSizeExceededException',
  'OutboundWebIdentityFederationDisabledException',
  'SessionDurationEscalationException',
]

function hasName(error: unknown, names: readonly string[]): boolean {
  if (typeof error !== 'object' || error === null || !(BRAND in error) || !('name' in error)) return false
  return typeof error.name === 'string' && names.includes(error.name)
}
