// The schemas of the options that several providers share.

import * as v from 'valibot'

export const OBJECT_RULE = 'must be an object'

export const environmentSchema = v.optional(
  v.custom<object>((value) => typeof value === 'object' && value !== null, 'must be an object of variables'),
)

export const functionSchema = v.optional(v.function('must be a function'))

export const textSchema = v.pipe(v.string('must be a string'), v.minLength(1, 'must not be empty'))

const LONGEST_TIMER = 2 ** 31 - 1

/** Milliseconds, in what the platform's timers can wait for ten times over. */
export function timeoutSchema(byDefault: number) {
  const rule = `must be from 1 to ${Math.floor(LONGEST_TIMER / 10)} milliseconds`
  return v.optional(
    v.pipe(
      v.number(rule),
      v.check((milliseconds) => milliseconds >= 1 && milliseconds * 10 <= LONGEST_TIMER, rule),
    ),
    byDefault,
  )
}

/** How a provider reaches STS. */
export const stsEntries = {
  sts: v.optional(
    v.custom<object>((value) => typeof value === 'object' && value !== null, 'must be a client'),
  ),
  region: v.optional(textSchema),
  endpoint: v.optional(v.union([v.string(), v.instance(URL)], 'must be a URL')),
  env: environmentSchema,
  fetch: functionSchema,
  timeout: timeoutSchema(10_000),
}

export const textsSchema = v.optional(v.array(textSchema, 'must be an array of strings'))

/** The session that is wanted: types alone, the operation has the rules. */
export const sessionEntries = {
  roleSessionName: v.optional(textSchema),
  durationSeconds: v.optional(v.number('must be a number')),
  policy: v.optional(textSchema),
  policyArns: textsSchema,
}
