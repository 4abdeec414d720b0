// Waits until STS gives tokens: 8 to 12 seconds pass after federation was enabled, in which STS answers that it
// is disabled, or InternalFailure.

import { isServiceError } from '../errors.ts'
import { withinDeadline } from '../query/deadline.ts'
import { wait } from '../query/wait.ts'

/** Whatever mints tokens: a `StsClient`. */
export interface TokenMinter<Input, Output> {
  getWebIdentityToken(input: Input, options: { signal: AbortSignal }): Promise<Output>
}

/** What to wait for. */
export interface VendingInput<Input, Output> {
  readonly sts: TokenMinter<Input, Output>
  /** The caller's own request: it tells at the same time that its permissions are right. */
  readonly input: Input
}

/** How long to wait. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  /** In milliseconds; 60,000 when absent. */
  readonly timeout?: number | undefined
}

const INTERVAL = 1000

/**
 * Asks STS for the token once a second until it gives it, and gives it back.
 *
 * @throws {TimeoutError} when the time is over; the signal's reason when it aborts; any other refusal at once.
 *
 * @example
 * ```ts
 * import type { StsClient } from 'aws-web-identity'
 * import { type IamClient, waitUntilVending } from 'aws-web-identity/iam'
 *
 * export async function switchOn(iam: IamClient, sts: StsClient) {
 *   await iam.enableOutboundWebIdentityFederation()
 *   const input = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const
 *   return waitUntilVending({ sts, input }, { timeout: 30_000 })
 * }
 * ```
 */
export async function waitUntilVending<Input, Output>(
  { sts, input }: VendingInput<Input, Output>,
  { signal, timeout = 60_000 }: WaitOptions = {},
): Promise<Output> {
  return withinDeadline(timeout, signal, async (deadline) => {
    for (let attempts = 1; ; attempts++) {
      deadline.waitingFor('STS to give the first token', attempts)
      try {
        return await sts.getWebIdentityToken(input, { signal: deadline.signal })
      } catch (error) {
        deadline.signal.throwIfAborted()
        if (!isStillComing(error)) throw error
      }
      await wait(INTERVAL, deadline.signal)
    }
  })
}

function isStillComing(error: unknown): boolean {
  return (
    isServiceError(error) &&
    (error.code.startsWith('OutboundWebIdentityFederationDisabled') || error.code === 'InternalFailure')
  )
}
