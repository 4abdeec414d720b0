// Waits until STS gives tokens: 8 to 12 seconds pass after federation was enabled, in which STS answers that it
// is disabled, or InternalFailure.

import * as v from 'valibot'
import { check } from '../check.ts'
import { isServiceError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { milliseconds, signal as signalSchema } from '../query/option-schemas.ts'
import { wait } from '../query/wait.ts'

/** Whatever mints tokens: a `StsClient`. */
export interface TokenMinter<Input, Output> {
  getWebIdentityToken(input: Input, options: { signal: AbortSignal }): Promise<Output>
}

/** How long to wait. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  /** In milliseconds; 60,000 when absent. */
  readonly timeout?: number | undefined
}

const INTERVAL = 1000

/**
 * Asks STS for the caller's own token once a second until it gives it, and gives it back. So it tells at the same time
 * that the caller's permissions are right.
 *
 * @throws {InputError} where an option is malformed.
 * @throws {TimeoutError} when the time is over; the signal's reason when it aborts; any other refusal at once.
 *
 * @example
 * ```ts
 * import type { StsClient } from 'aws-web-identity'
 * import { type IamClient, waitUntilVending } from 'aws-web-identity/iam'
 *
 * export async function switchOn(iam: IamClient, sts: StsClient) {
 *   await iam.enableOutboundWebIdentityFederation()
 *   const audience = ['https://api.example.com']
 *   return waitUntilVending({ sts, audience, signingAlgorithm: 'ES384' }, { timeout: 30_000 })
 * }
 * ```
 */
export async function waitUntilVending<Input extends object, Output>(
  request: Input & { readonly sts: TokenMinter<Input, Output> },
  options: WaitOptions = {},
): Promise<Output> {
  const { sts, ...input } = request
  const { signal, timeout } = check(optionsSchema, options, 'options')
  return withinDeadline(timeout, signal, async (deadline) => {
    for (let attempts = 1; ; attempts++) {
      deadline.waitingFor('STS to give the first token', attempts)
      try {
        // What is left without `sts` is the input; the compiler does not see that of a generic type.
        return await sts.getWebIdentityToken(input as unknown as Input, { signal: deadline.signal })
      } catch (error) {
        if (!isStillComing(error)) throw error
        deadline.waitingFor('STS to give the first token', attempts, error)
      }
      await wait(INTERVAL, deadline.signal)
    }
  })
}

const optionsSchema = v.strictObject(
  { signal: v.optional(signalSchema), timeout: v.optional(milliseconds, 60_000) },
  'must be an object',
)

function isStillComing(error: unknown): boolean {
  return (
    isServiceError(error) &&
    (error.code.startsWith('OutboundWebIdentityFederationDisabled') || error.code === 'InternalFailure')
  )
}
