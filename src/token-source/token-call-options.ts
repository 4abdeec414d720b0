// What one call of a source may be given: a signal, and how much its token must have left.

import { check } from '../check.ts'
import { InputError } from '../errors.ts'
import { type CallOptions, isSignal } from '../query/call-options.ts'
import { checkMinimumValidity, freshness } from './freshness-options.ts'

/** What one call of a token source may be given. */
export interface TokenCallOptions extends CallOptions {
  /**
   * What the token of this call has left at the least, in milliseconds: for work that takes long, where the source's own
   * `minimumValidity` is for less. Where the token that is kept has less, this caller waits for a newer one, and the others
   * go on with what there is. At most nine tenths of what a token is asked for, and a quarter of that where a broker mints;
   * more is an `InputError`. If the newer one has less left, too (its session ends soon, the broker has none yet, the party
   * gives shorter ones), the call rejects with a `ResponseError` that is `retryable`, and for five seconds nobody is asked
   * again for as much.
   */
  readonly minimumValidity?: number | undefined
}

/**
 * @param most the longest validity that may be asked for, in milliseconds
 * @throws {InputError} which names the member. SDKs call with a context of their own: the rest of it means nothing here.
 */
export function checkTokenCall(options: TokenCallOptions | undefined, most: number): TokenCallOptions {
  if (isSignal(options)) throw new InputError('options', 'must be { signal }, not the signal itself')
  const signal: unknown = options?.signal ?? undefined // `fetch` takes null as well
  if (signal !== undefined && !isSignal(signal)) throw new InputError('signal', 'must be an AbortSignal')
  const minimumValidity = check(freshness.minimumValidity, options?.minimumValidity, 'minimumValidity')
  checkMinimumValidity(minimumValidity, most)
  return { signal, minimumValidity }
}
