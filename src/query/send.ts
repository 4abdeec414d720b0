// One call of an operation, straight down: credentials, then attempts until one is answered.

import { InputError, type ServiceError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { attempt } from './attempt.ts'
import { type CallOptions, checkSignal } from './call-options.ts'
import type { Call, Connection } from './connection.ts'
import { type ResolvedCredentials, resolveCredentials } from './credentials.ts'
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
  let { credentials, isRefreshed } = await obtainLongEnough(call)
  let refund = REFUND_WITHOUT_RETRY
  let retries = 0
  let isClockSet = false
  for (let attempts = 1; ; attempts++) {
    const signedAt = clock.now()
    const result = await attempt(call, credentials, attempts)
    if ('output' in result) {
      quota.giveBack(refund)
      return result.output
    }
    const { error, headers } = result
    const { code, message } = error
    const offsetBefore = clock.offset
    const evidence = { code, message, date: headers?.get('date') ?? null }
    // The reply to a request without a signature tells nothing of one.
    if (operation.isSigned && !isClockSet && clock.learn(evidence, signedAt)) {
      const { offset } = clock
      if (offset !== offsetBefore) emit(onEvent, { type: 'clock', operation: operation.name, offset })
      isClockSet = true
      if (attempts < maxAttempts) continue
    }
    if (!isRefreshed && attempts < maxAttempts && canRefresh(call) && REFUSED_CREDENTIALS.has(code)) {
      isRefreshed = true
      credentials = await obtainCredentials(call, attempts, true)
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
    deadline.waitingFor('the next attempt', attempts, error)
    try {
      await wait(retry.delay, deadline.signal)
    } catch (reason) {
      quota.giveBack(retry.cost) // it was never sent
      throw reason
    }
  }
}

// What a provider keeps may end too soon for this request, and what it has in store may not.
async function obtainLongEnough<Output>(
  call: Call<Output>,
): Promise<{ credentials: ResolvedCredentials | undefined; isRefreshed: boolean }> {
  const credentials = await obtainCredentials(call, 0, false)
  const tooShort = sessionError(call, credentials)
  if (tooShort === undefined || !call.connection.clock.mayRefuse()) return { credentials, isRefreshed: false }
  if (!canRefresh(call)) throw tooShort
  const others = await obtainCredentials(call, 0, true)
  const stillTooShort = sessionError(call, others)
  if (stillTooShort !== undefined) throw stillTooShort
  return { credentials: others, isRefreshed: true }
}

function sessionError<Output>(
  { operation, parameters, connection }: Call<Output>,
  credentials: ResolvedCredentials | undefined,
): ServiceError | undefined {
  if (credentials?.expiration === undefined) return undefined
  return operation.checkSession?.(parameters, credentials.expiration, connection.clock.now())
}

// Credentials that AWS refuses: their provider may have others by now.
const REFUSED_CREDENTIALS: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SessionDurationEscalationException',
])

function canRefresh<Output>({ connection, operation }: Call<Output>): boolean {
  return operation.isSigned && typeof connection.credentials === 'function'
}

async function obtainCredentials<Output>(
  { connection, operation, deadline }: Call<Output>,
  attempts: number,
  forceRefresh: boolean,
): Promise<ResolvedCredentials | undefined> {
  if (!operation.isSigned) return undefined
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
  return credentials
}
