// Sends one step of an exchange until it is answered: attempts within their own time limits, by the client's retry rule.

import { ExchangeError, ResponseError, TimeoutError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { networkFailure } from '../query/network-failure.ts'
import { decideRetry } from '../query/retry.ts'
import { REFUND_WITHOUT_RETRY } from '../query/retry-policy.ts'
import { wait } from '../query/wait.ts'
import type { AccessGrant, ExchangeSettings } from './exchange-settings.ts'
import { readReply } from './reply.ts'
import type { ExchangeStep } from './step.ts'

/** @throws the error of the last attempt, the signal's reason, or what the source of the token throws. */
export async function sendStep(
  step: ExchangeStep,
  getToken: () => Promise<string>,
  settings: ExchangeSettings,
  signal: AbortSignal,
): Promise<AccessGrant> {
  const { retryPolicy } = settings
  let refund = REFUND_WITHOUT_RETRY
  for (let attempts = 1; ; attempts += 1) {
    const token = await getToken()
    const result = await attempt(step, token, attempts, settings, signal)
    if ('granted' in result) {
      retryPolicy.quota.giveBack(refund)
      return result.granted
    }
    const { error, headers } = result
    const retries = attempts - 1
    // The flight has a bound of its own, which the signal tells.
    const timeLeft = Number.POSITIVE_INFINITY
    const next = decideRetry({ error, headers, attempts, retries, timeLeft, policy: retryPolicy })
    if (next === undefined) throw error
    refund = next.cost
    await wait(next.delay, signal)
  }
}

type AttemptError = ExchangeError | ResponseError | TimeoutError

type Result =
  | { readonly granted: AccessGrant }
  | { readonly error: AttemptError; readonly headers: Headers | undefined }

async function attempt(
  step: ExchangeStep,
  token: string,
  attempts: number,
  settings: ExchangeSettings,
  signal: AbortSignal,
): Promise<Result> {
  let response: Response | undefined
  try {
    const granted = await withinDeadline(settings.attemptTimeout, signal, async (bound) => {
      bound.waitingFor(`the response of ${settings.preset.party}`, attempts)
      const askedAt = Date.now()
      response = await request(step, token, attempts, settings, bound.signal)
      bound.waitingFor(`the response body of ${settings.preset.party}`, attempts)
      const { preset } = settings
      return {
        ...(await readReply(response, { step, preset, token, attempts, signal: bound.signal })),
        askedAt,
      }
    })
    return { granted }
  } catch (error) {
    signal.throwIfAborted()
    if (!isAttemptError(error)) throw error
    return { error, headers: response?.headers }
  }
}

async function request(
  step: ExchangeStep,
  token: string,
  attempts: number,
  settings: ExchangeSettings,
  signal: AbortSignal,
): Promise<Response> {
  const { headers, body } = step.request(token)
  // Called as a plain function: workerd and browsers refuse a `fetch` that is called as a method of another object.
  const fetch = settings.fetch ?? globalThis.fetch
  try {
    const response = await fetch(step.endpoint.href, {
      method: 'POST',
      headers: { accept: 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal,
    })
    // An injected fetch may give anything.
    if (typeof response?.status !== 'number') throw new TypeError('fetch gave no Response')
    return response
  } catch (error) {
    signal.throwIfAborted()
    throw networkFailure(error, step.endpoint.origin, attempts, [token])
  }
}

function isAttemptError(error: unknown): error is AttemptError {
  return error instanceof ExchangeError || error instanceof ResponseError || error instanceof TimeoutError
}
