// What bounds a single call beside the client's times: the caller's signal.

import { InputError } from '../errors.ts'
import { isLiteral, ownMembers } from '../own-members.ts'

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
  if (typeof options !== 'object' || options === null) throw new InputError('options', 'must be an object')
  const { signal, ...others } = isLiteral(options) ? ownMembers(options) : options
  const [unknown] = Object.keys(others)
  if (signal !== undefined && !isSignal(signal)) throw new InputError('signal', 'must be an AbortSignal')
  if (unknown !== undefined) throw new InputError(unknown, 'is not known here')
  return signal
}

/** By what it does, so that a signal of another realm is one. */
export function isSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'throwIfAborted' in value
}

/** The longest time that a timer can take, in milliseconds. */
export const LONGEST_TIMER = 2 ** 31 - 1
