// What valibot finds wrong with a document, as whoever wrote it reads it: the member, and the rule that it breaks.

import type { BaseIssue } from 'valibot'

/** The way to the member, such as `callers[0].name`; empty where it is the document. */
export function pathOf({ path }: Pick<BaseIssue<unknown>, 'path'>): string {
  const steps = (path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
  return steps.join('').replace(/^\./, '')
}

/** The rule. A member that is missing or unknown is an issue of its object, whose own words speak of the object. */
export function ruleOf({
  type,
  expected,
  message,
}: Pick<BaseIssue<unknown>, 'type' | 'expected' | 'message'>): string {
  if (type !== 'strict_object' || expected === 'Object') return message
  return expected === 'never' ? 'is not known here' : 'is missing'
}
