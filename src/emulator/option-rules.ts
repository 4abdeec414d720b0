// The rules that the emulator's options have in common.

import * as v from 'valibot'

/** A text that matches, or a sentence about what it must be. */
export function text(pattern: RegExp, rule: string) {
  return v.pipe(v.string('must be a string'), v.regex(pattern, rule))
}

/** A text that says something. */
export const filled = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

/** A whole number in that range. */
export function integer(min: number, max: number) {
  const rule = `must be an integer from ${min} to ${max}`
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule))
}
