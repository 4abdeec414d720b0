// Checks what a caller gave against a valibot schema, and says what is wrong as an `InputError`: the path, and
// the rule, which is the message that the schema carries there.

import { type BaseIssue, type GenericSchema, type InferOutput, type IssuePathItem, safeParse } from 'valibot'
import { InputError } from './errors.ts'
import { isLiteral, ownMembers } from './own-members.ts'

/**
 * The checked value, a copy without anything that the schema does not name.
 *
 * @param name how the value as a whole is called where it is not an object at all
 * @throws {InputError} for the first rule that is broken.
 */
export function check<const Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
  name: string,
): InferOutput<Schema> {
  const result = safeParse(schema, isLiteral(value) ? ownMembers(value) : value, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  throw new InputError(pathOf(issue.path) || name, ruleOf(issue))
}

function pathOf(path: readonly IssuePathItem[] | undefined): string {
  return (path ?? []).reduce((before, { key }) => {
    if (typeof key === 'number') return `${before}[${key}]`
    return before === '' ? String(key) : `${before}.${String(key)}`
  }, '')
}

// What is missing or unknown is an issue of the object's schema, whose own message speaks of the object.
function ruleOf({ type, expected, message }: BaseIssue<unknown>): string {
  if (type === 'strict_object' && expected === 'never') return 'is not known here'
  if (type === 'strict_object' && expected !== 'Object') return 'is missing'
  return message
}
