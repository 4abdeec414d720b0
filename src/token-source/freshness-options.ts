// The options that every source takes: how fresh a token is, and how it is renewed.

import * as v from 'valibot'
import { InputError } from '../errors.ts'
import { milliseconds } from '../query/option-schemas.ts'
import type { OnTokenSourceEvent } from './event.ts'

/** How a token is kept fresh. */
export interface FreshnessOptions {
  /**
   * What a token that is given out has left at the least, in milliseconds: at most nine tenths of what it is asked for, and a
   * quarter of that where a broker mints. Default: 60,000, or a fifth of the lifetime if that is less. (A token that had to be cut to a session which ends soon may have less.)
   */
  readonly minimumValidity?: number | undefined
  /** The bound on getting a new token, store and retries included, in milliseconds; 30,000 when absent. */
  readonly timeout?: number | undefined
  /**
   * Is given each flight, so that it may outlive the request that began it: in Workers the `waitUntil` of
   * `cloudflare:workers`. Without it a token that is renewed ahead may be lost there and asked for once more.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined
  /** Is told what happens. No event holds a token. */
  readonly onEvent?: OnTokenSourceEvent | undefined
}

const callback = v.optional(v.function('must be a function'))

export const freshness = {
  minimumValidity: v.optional(
    v.pipe(v.number('must be a number of milliseconds'), v.minValue(0, 'must not be negative')),
  ),
  timeout: v.optional(milliseconds, 30_000),
  waitUntil: callback,
  onEvent: callback,
}

/** @throws {InputError} where a token would hardly ever be fresh. */
export function checkMinimumValidity(minimumValidity: number | undefined, most: number): void {
  if (minimumValidity === undefined || minimumValidity <= most) return
  throw new InputError('minimumValidity', `must be at most ${most} ms here`)
}
