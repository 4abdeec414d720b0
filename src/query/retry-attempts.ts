// What follows when the first attempt of a call has failed: others, until one is answered or none can help.

import { attempt } from './attempt.ts'
import type { AttemptError, Call, FailedAttempt, FirstAttempt } from './connection.ts'
import { emit } from './event.ts'
import { canRefresh, obtainCredentials } from './obtain-credentials.ts'
import { decideRetry } from './retry.ts'
import { REFUND_WITHOUT_RETRY } from './retry-policy.ts'
import { wait } from './wait.ts'

/** @throws the error of the last attempt. */
export async function retry<Output>(call: Call<Output>, first: FirstAttempt): Promise<Output> {
  const { clock, retryPolicy } = call.connection
  const { quota, maxAttempts } = retryPolicy
  let { credentials, isRefreshed, signedAt } = first
  let failed: FailedAttempt = first
  let refund = REFUND_WITHOUT_RETRY
  let retries = 0
  let isClockSet = false
  for (let attempts = 1; ; attempts++) {
    const isLast = attempts >= maxAttempts
    const wasClock: boolean = !isClockSet && learnClock(call, failed, signedAt)
    isClockSet ||= wasClock
    if (wasClock && !isLast) {
      // It is signed anew, at once.
    } else if (!isRefreshed && !isLast && canRefresh(call) && REFUSED_CREDENTIALS.has(failed.error.code)) {
      isRefreshed = true
      credentials = await obtainCredentials(call, attempts, true)
    } else {
      refund = await waitForTurn(call, failed, attempts, retries)
      retries += 1
    }
    signedAt = clock.now()
    const result = await attempt(call, credentials, attempts + 1)
    if ('output' in result) {
      quota.giveBack(refund)
      return result.output
    }
    failed = result
  }
}

/** Whether the clock was at fault. The reply to a request without a signature tells nothing of one. */
function learnClock<Output>(
  { connection: { clock, onEvent }, operation }: Call<Output>,
  { error, headers }: FailedAttempt,
  signedAt: number,
): boolean {
  const offsetBefore = clock.offset
  const evidence = { code: error.code, message: error.message, date: headers?.get('date') ?? null }
  if (!operation.isSigned || !clock.learn(evidence, signedAt)) return false
  const { offset } = clock
  if (offset !== offsetBefore) emit(onEvent, { type: 'clock', operation: operation.name, offset })
  return true
}

// Credentials that AWS refuses: their provider may have others by now.
const REFUSED_CREDENTIALS: ReadonlySet<AttemptError['code']> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SessionDurationEscalationException',
])

/** Gives what the retry has taken of the quota. @throws the error, where it is not to be tried again. */
async function waitForTurn<Output>(
  { connection, operation, deadline }: Call<Output>,
  { error, headers }: FailedAttempt,
  attempts: number,
  retries: number,
): Promise<number> {
  const { retryPolicy: policy, onEvent } = connection
  const timeLeft = deadline.timeLeft()
  const retry = decideRetry({ error, attempts, retries, headers, timeLeft, policy })
  if (retry === undefined) throw error
  const { delay, cost } = retry
  emit(onEvent, { type: 'retry', operation: operation.name, attempt: attempts, errorCode: error.code, delay })
  deadline.waitingFor('the next attempt', attempts, error)
  try {
    await wait(delay, deadline.signal)
  } catch (reason) {
    policy.quota.giveBack(cost) // it was never sent
    throw reason
  }
  return cost
}
