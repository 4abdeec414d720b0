// One call of an operation, straight down: credentials, then attempts until one is answered.

import { InputError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { attempt } from './attempt.ts'
import { type CallOptions, checkSignal } from './call-options.ts'
import type { Call, Connection } from './connection.ts'
import { encodeForm, type QueryParameters } from './form.ts'
import { obtainLongEnough } from './obtain-credentials.ts'
import type { QueryOperation } from './operation.ts'
import { REFUND_WITHOUT_RETRY } from './retry-policy.ts'

/**
 * Sends the operation and gives its output.
 *
 * @param parameters or what loads the rules of the input and checks it
 * @throws {InputError} {@link CredentialsError} {@link TimeoutError} {@link ServiceError}
 * {@link ResponseError}, or the reason of the caller's signal.
 */
export async function send<Output>(
  connection: Connection,
  operation: QueryOperation<Output>,
  parameters: QueryParameters | (() => Promise<QueryParameters>),
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
  return withinDeadline(connection.timeout, signal, async (deadline) => {
    deadline.waitingFor('the rules of the input', 0)
    const given = typeof parameters === 'function' ? await parameters() : parameters
    const body = encodeForm({ Action: operation.name, Version: connection.service.version, ...given })
    return sendUntilAnswered({ connection, operation, parameters: given, body, deadline })
  })
}

async function sendUntilAnswered<Output>(call: Call<Output>): Promise<Output> {
  const { clock, retryPolicy, service } = call.connection
  const { credentials, isRefreshed } = await obtainLongEnough(call)
  const signedAt = clock.now()
  const result = await attempt(call, credentials, 1)
  if ('output' in result) {
    retryPolicy.quota.giveBack(REFUND_WITHOUT_RETRY)
    return result.output
  }
  const { retry } = await service.loadReplies().catch(() => {
    throw result.error
  })
  return retry(call, { ...result, credentials, isRefreshed, signedAt })
}
