// Which failures may pass by themselves, as the AWS retry specification 2.1 lists them.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

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

const TRANSIENT_CODES = new Set([
  'RequestTimeout',
  'RequestTimeoutException',
  'InternalFailure',
  'ServiceUnavailable',
  'IDPCommunicationError',
])

/** Whether the same request may succeed a moment later: it was throttled, or the fault is a passing one. */
export function isRetryable(statusCode: number, code = ''): boolean {
  return (
    [429, 500, 502, 503, 504].includes(statusCode) || THROTTLING_CODES.has(code) || TRANSIENT_CODES.has(code)
  )
}
