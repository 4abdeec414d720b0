// Whether a statement speaks of a request: its action, its resource and its conditions must all fit. IAM user guide,
// "IAM JSON policy element reference".

import { matchesResource } from './arn.ts'
import { type Condition, holds } from './condition.ts'
import type { TrustedPrincipal } from './principal.ts'
import type { AccessRequest } from './request.ts'
import { resolve, type Template } from './variables.ts'
import { matches, type Pattern } from './wildcard.ts'

/** A statement, parsed. */
export interface Statement {
  /** The `Sid`; where there is none, the place, such as `Statement[2]`. */
  readonly sid: string
  readonly effect: 'Allow' | 'Deny'
  /** Of a trust policy; others speak of whom they are attached to. */
  readonly principals: readonly TrustedPrincipal[]
  /** In lower case: actions are case-insensitive. */
  readonly actions: Selection<Pattern>
  /** A trust policy speaks of its own role alone, and names none. */
  readonly resources: Selection<Template> | undefined
  readonly conditions: readonly Condition[]
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Selection<Value> {
  readonly negated: boolean
  readonly values: readonly Value[]
}

/** Whether everything but the principal fits. */
export function speaksOf(statement: Statement, request: AccessRequest): boolean {
  const action = request.action.toLowerCase()
  return (
    selects(statement.actions, (pattern) => matches(pattern, action)) &&
    (statement.resources === undefined ||
      selects(statement.resources, (template) => fitsResource(template, request))) &&
    statement.conditions.every((condition) => holds(condition, request.context))
  )
}

function selects<Value>({ negated, values }: Selection<Value>, fits: (value: Value) => boolean): boolean {
  return values.some(fits) !== negated
}

// "the resource that includes a policy variable with no value will not match any resource", in NotResource too.
function fitsResource(template: Template, { resource, context }: AccessRequest): boolean {
  const pattern = resolve(template, context)
  return pattern !== undefined && matchesResource(pattern, resource)
}
