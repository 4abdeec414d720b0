// One call of an operation, straight down: credentials, then attempts until one is answered.

import { InputError } from '../errors.ts'
import { attempt } from './attempt.ts'
import { type CallOptions, checkSignal } from './call-options.ts'
import type { Call, Connection } from './connection.ts'
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
    const offsetWhenSigned = clock.offset
    const result = await attempt(call, credentials, attempts)
    if ('output' in result) {
      quota.giveBack(refund)
      return result.output
    }
    const { error, headers } = result
    const { code, message } = error
    const offsetBefore = clock.offset
    if (!isClockSet && clock.learn({ code, message, date: headers?.get('date') ?? null }, offsetWhenSigned)) {
      const { offset } = clock
      if (offset !== offsetBefore) emit(onEvent, { type: 'clock', operation: operation.name, offset })
      isClockSet = true
      if (attempts < maxAttempts) continue
    }
    if (!isRefreshed && attempts < maxAttempts && canRefresh(call, code)) {
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
function canRefresh<Output>({ connection, operation }: Call<Output>, code: string): boolean {
  return (
    operation.isSigned &&
    typeof connection.credentials === 'function' &&
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
    expiration: expiration && new Date(expiration), // who watches may change it
    duration: performance.now() - began,
  })
  if (!forceRefresh && expiration !== undefined) {
    operation.checkSession?.(parameters, expiration, connection.clock)
  }
  return credentials
}
