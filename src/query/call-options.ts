// What bounds a single call: the caller's signal, and times.

import * as v from 'valibot'
import { check } from '../check.ts'
import { InputError } from '../errors.ts'

/** What one call may be given beside its input. */
export interface CallOptions {
  /** Aborts the call at any point; it then rejects with the signal's `reason`. */
  readonly signal?: AbortSignal | undefined
}

/** The signal of a call. @throws {InputError} where it is none, or is given in place of `{ signal }`. */
export function checkSignal(options: CallOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined
  // It has no members of its own, so it would be ignored in silence.
  if (isSignal(options)) throw new InputError('options', 'must be { signal }, not the signal itself')
  return check(callOptions, options, 'options').signal
}

/** By what it does, so that a signal of another realm is one. */
export function isSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'throwIfAborted' in value
}

const LONGEST_TIMER = 2 ** 31 - 1

/** A time that a timer can take. */
export const milliseconds = v.pipe(
  v.number('must be a number of milliseconds'),
  v.check((value) => value >= 1 && value <= LONGEST_TIMER, `must be from 1 to ${LONGEST_TIMER} milliseconds`),
)

/** A caller's signal. */
export const signal = v.custom<AbortSignal>(isSignal, 'must be an AbortSignal')

const callOptions = v.strictObject({ signal: v.optional(signal) }, 'must be an object')
