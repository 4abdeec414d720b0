// Decides whether a failed attempt is followed by another, and when: the AWS retry specification 2.1.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

import type { RetryPolicy } from './retry-policy.ts'

/** Whether the same request may succeed a moment later. */
export function isRetryable(statusCode: number, code = ''): boolean {
  return isThrottling(statusCode, code) || TRANSIENT_STATUSES.has(statusCode) || TRANSIENT_CODES.has(code)
}

function isThrottling(statusCode: number | undefined, code: string): boolean {
  return statusCode === 429 || THROTTLING_CODES.has(code)
}

/** A failed attempt, and what is left for another. */
export interface Failure {
  readonly error: {
    readonly code: string
    readonly retryable: boolean
    readonly statusCode?: number | undefined
  }
  /** The response's headers, where one came. */
  readonly headers: Headers | undefined
  /** How many attempts there were. */
  readonly attempts: number
  /** How many of them were retries after a delay. */
  readonly retries: number
  /** What is left until the call's deadline, in milliseconds. */
  readonly timeLeft: number
  readonly policy: RetryPolicy
}

/** When to try again, in milliseconds from now, and what that took of the quota. */
export interface Retry {
  readonly delay: number
  readonly cost: number
}

/** The next attempt, with its cost taken from the quota; `undefined` when the error is to be thrown. */
export function decideRetry(failed: Failure): Retry | undefined {
  const { error, attempts, retries, headers, timeLeft } = failed
  const { maxAttempts, quota, maxBackoff, random } = failed.policy
  if (!error.retryable || attempts >= maxAttempts) return undefined
  const throttled = isThrottling(error.statusCode, error.code)
  const backoff = random() * Math.min(maxBackoff, (throttled ? THROTTLED_BASE : BASE) * 2 ** retries)
  const delay = Math.min(backoff + MAX_BEYOND_BACKOFF, Math.max(backoff, retryAfter(headers)))
  if (delay >= timeLeft) return undefined // it could not end before the deadline
  const cost = throttled ? THROTTLED_COST : COST
  return quota.take(cost) ? { delay, cost } : undefined
}

const COST = 14
const THROTTLED_COST = 5
const BASE = 50
const THROTTLED_BASE = 1000
const MAX_BEYOND_BACKOFF = 5000

/** For how long the server wants to be left alone, in milliseconds; 0 where it does not say so. */
// AWS's own header counts milliseconds; HTTP's, which proxies send, counts seconds, or is a date (RFC 9110 §10.2.3).
export function retryAfter(headers: Headers | undefined): number {
  const milliseconds = headers?.get('x-amz-retry-after') ?? ''
  if (/^\d{1,9}$/.test(milliseconds)) return Number(milliseconds)
  const wished = headers?.get('retry-after') ?? ''
  if (/^\d{1,6}$/.test(wished)) return Number(wished) * 1000
  // Or a date, by the server's own clock where it shows it.
  const until = Date.parse(/^\w{3}, \d\d \w{3} \d{4} /.test(wished) ? wished : '')
  const now = Date.parse(headers?.get('date') ?? '') || Date.now()
  return until > now ? until - now : 0
}

const THROTTLING_CODES = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
])

const TRANSIENT_STATUSES = new Set([500, 502, 503, 504])

const TRANSIENT_CODES = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'InternalFailure',
  'ServiceUnavailable',
  'IDPCommunicationError',
  'IDPCommunicationErrorException',
])
