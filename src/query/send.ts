// One call of an operation, straight down: credentials, then attempts until one is answered.

import * as v from 'valibot'
import { check } from '../check.ts'
import { InputError } from '../errors.ts'
import { attempt } from './attempt.ts'
import type { Call, CallOptions, Connection } from './connection.ts'
import { type ResolvedCredentials, resolveCredentials } from './credentials.ts'
import { withinDeadline } from './deadline.ts'
import { emit } from './event.ts'
import { encodeForm, type QueryParameters } from './form.ts'
import type { QueryOperation } from './operation.ts'
import { decideRetry, REFUND_WITHOUT_RETRY } from './retry.ts'
import { wait } from './wait.ts'

/**
 * Sends the operation and gives its output.
 *
 * @throws {InputError} {@link CredentialsError} {@link TimeoutError} {@link ServiceError}
 * {@link ResponseError}, or the reason of the caller's signal.
 */
export async function send<Output>(
  connection: Connection,
  operation: QueryOperation<Output>,
  parameters: QueryParameters,
  options?: CallOptions,
): Promise<Output> {
  const signal = checkSignal(options)
  const { globalBecauseOf } = connection.endpoint
  if (operation.isRegionalOnly && globalBecauseOf !== undefined) {
    const wanted =
      globalBecauseOf === 'region' ? 'a region, such as us-east-1' : "a region's own, or be left out"
    throw new InputError(
      globalBecauseOf,
      `must be ${wanted}: the global endpoint does not support ${operation.name}`,
    )
  }
  const { version } = connection.service
  const body = encodeForm({ Action: operation.name, Version: version, ...parameters })
  return withinDeadline(connection.timeout, signal, (deadline) =>
    sendUntilAnswered({ connection, operation, parameters, body, deadline }),
  )
}

// An `AbortSignal` given in place of `{ signal }` would be ignored in silence: it has no members of its own.
function checkSignal(options: CallOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined
  if (isSignal(options)) throw new InputError('options', 'must be { signal }, not the signal itself')
  return check(callOptionsSchema, options, 'options').signal
}

// By what it does, so that a signal of another realm is one.
function isSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'throwIfAborted' in value
}

const callOptionsSchema = v.strictObject(
  { signal: v.optional(v.custom<AbortSignal>(isSignal, 'must be an AbortSignal')) },
  'must be an object',
)

async function sendUntilAnswered<Output>(call: Call<Output>): Promise<Output> {
  const { connection, operation, deadline } = call
  const { clock, retryPolicy: policy, onEvent } = connection
  const { quota, maxAttempts } = policy
  let credentials = await obtainCredentials(call, 0)
  let refund = REFUND_WITHOUT_RETRY
  let retries = 0
  let isClockSet = false
  let isRefreshed = false
  for (let attempts = 1; ; attempts++) {
    const result = await attempt(call, credentials, attempts)
    if ('output' in result) {
      quota.giveBack(refund)
      return result.output
    }
    const { error, headers } = result
    const { code, message } = error
    if (!isClockSet && clock.learn({ code, message, date: headers?.get('date') ?? null })) {
      emit(onEvent, { type: 'clock', operation: operation.name, offset: clock.offset })
      isClockSet = true
      if (attempts < maxAttempts) continue
    }
    if (!isRefreshed && attempts < maxAttempts && canRefresh(connection, code)) {
      isRefreshed = true
      credentials = await obtainCredentials(call, attempts)
      continue
    }
    const timeLeft = deadline.timeLeft()
    const retry = decideRetry({ error, attempts, retries, headers, timeLeft, policy })
    if (retry === undefined) throw error
    emit(onEvent, {
      type: 'retry',
      operation: operation.name,
      attempt: attempts,
      errorCode: code,
      delay: retry.delay,
    })
    refund = retry.cost
    retries += 1
    deadline.waitingFor('the next attempt', attempts)
    await wait(retry.delay, deadline.signal)
  }
}

// Credentials that AWS no longer knows: their provider may have others by now.
function canRefresh({ credentials }: Connection, code: string): boolean {
  return (
    typeof credentials === 'function' &&
    ['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId'].includes(code)
  )
}

async function obtainCredentials<Output>(
  { connection, operation, parameters, deadline }: Call<Output>,
  attempts: number,
): Promise<ResolvedCredentials | undefined> {
  if (!operation.isSigned) return undefined
  const forceRefresh = attempts > 0
  const began = performance.now()
  deadline.waitingFor('the credentials provider', attempts)
  const credentials = await resolveCredentials(connection.credentials, { forceRefresh })
  deadline.signal.throwIfAborted()
  const { expiration } = credentials
  emit(connection.onEvent, {
    type: 'credentials',
    operation: operation.name,
    forceRefresh,
    expiration,
    duration: performance.now() - began,
  })
  if (!forceRefresh && expiration !== undefined) {
    operation.checkSession?.(parameters, expiration, connection.clock.now())
  }
  return credentials
}
