// The rules for a time and a signal, for options that are checked with valibot.

import * as v from 'valibot'
import { isSignal, LONGEST_TIMER } from './call-options.ts'

/** A time that a timer can take. */
export const milliseconds = v.pipe(
  v.number('must be a number of milliseconds'),
  v.check((value) => value >= 1 && value <= LONGEST_TIMER, `must be from 1 to ${LONGEST_TIMER} milliseconds`),
)

/** A caller's signal. */
export const signal = v.custom<AbortSignal>(isSignal, 'must be an AbortSignal')
