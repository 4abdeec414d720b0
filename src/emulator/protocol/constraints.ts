// AWS's generic validation of a request against its model, with the messages that every AWS service makes of
// it: "2 validation errors detected: Value 'x' at 'path' failed to satisfy constraint: …; …".

import { Fault } from './fault.ts'

/** A rule of the model, in AWS's words. */
export interface Constraint<Value> {
  readonly rule: string
  readonly holds: (value: Value) => boolean
  /** Whether the value must not be shown. */
  readonly isSensitive?: boolean
}

/** The rule for a member that the model calls sensitive: its value is left out. */
export function sensitive<Value>(constraint: Constraint<Value>): Constraint<Value> {
  return { ...constraint, isSensitive: true }
}

/** Refuses the request with all its violations at once, if there are any. */
export function refuseViolations(violations: readonly string[]): void {
  if (violations.length === 0) return
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`
  throw validationError(`${count}: ${violations.join('; ')}`)
}

/** What a required member violates; a missing one is only missing. */
export function violationsOf<Value>(
  path: string,
  value: Value | null,
  constraints: readonly Constraint<Value>[],
): string[] {
  if (value === null) return [violation(path, value, 'Member must not be null')]
  return constraints
    .filter((constraint) => !constraint.holds(value))
    .map(({ rule, isSensitive }) => violation(path, isSensitive ? undefined : value, rule))
}

/** What an optional member violates; a missing one violates nothing. */
export function violationsOfOptional<Value>(
  path: string,
  value: Value | null,
  constraints: readonly Constraint<Value>[],
): string[] {
  return value === null ? [] : violationsOf(path, value, constraints)
}

/** Characters of a text, or members of a list. */
export function lengthAtLeast(minimum: number): Constraint<string | readonly unknown[]> {
  return {
    rule: `Member must have length greater than or equal to ${minimum}`,
    holds: (value) => lengthOf(value) >= minimum,
  }
}

/** Characters of a text, or members of a list. */
export function lengthAtMost(maximum: number): Constraint<string | readonly unknown[]> {
  return {
    rule: `Member must have length less than or equal to ${maximum}`,
    holds: (value) => lengthOf(value) <= maximum,
  }
}

/** Of an integer. */
export function valueAtLeast(minimum: number): Constraint<number> {
  return {
    rule: `Member must have value greater than or equal to ${minimum}`,
    holds: (value) => value >= minimum,
  }
}

/** Of an integer. */
export function valueAtMost(maximum: number): Constraint<number> {
  return {
    rule: `Member must have value less than or equal to ${maximum}`,
    holds: (value) => value <= maximum,
  }
}

/** The whole text matches the expression, as the model prints it. */
export function matches(pattern: string): Constraint<string> {
  const expression = new RegExp(`^(?:${pattern})$`, 'u')
  return {
    rule: `Member must satisfy regular expression pattern: ${pattern}`,
    holds: (value) => expression.test(value),
  }
}

/**
 * Every text of a list keeps all rules. AWS names the list, its whole value and all the rules: the longest length first,
 * and at the end that none is null, which nothing here can be.
 */
export function everyMember(constraints: readonly Constraint<string>[]): Constraint<readonly string[]> {
  const rules = [...constraints.map(({ rule }) => rule), 'Member must not be null']
  return {
    rule: `Member must satisfy constraint: [${rules.join(', ')}]`,
    holds: (list) => list.every((member) => constraints.every((constraint) => constraint.holds(member))),
  }
}

/** The code of every refusal by the model, and of some that the service adds. */
export function validationError(message: string): Fault {
  return new Fault(400, 'ValidationError', message)
}

function violation(path: string, value: unknown, rule: string): string {
  return `Value${shown(value)} at '${path}' failed to satisfy constraint: ${rule}`
}

// A missing value is `null` without quotation marks; of what must not be shown there is nothing at all.
function shown(value: unknown): string {
  if (value === undefined) return ''
  return value === null ? ' null' : ` '${render(value)}'`
}

// Lists and structures are shown as Java's toString shows them.
function render(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(render).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${render(member)}`)
      .join(', ')}}`
  }
  return String(value)
}

// Smithy counts Unicode scalar values, not UTF-16 units.
function lengthOf(value: string | readonly unknown[]): number {
  return typeof value === 'string' ? [...value].length : value.length
}
