// The element `Condition`: IAM user guide, "IAM JSON policy elements: Condition", "Conditions with multiple context keys
// or values" and "Single-valued vs. multivalued context keys".

import { member, readObject, readScalars } from './element.ts'
import { type Operator, operatorNamed } from './operators.ts'
import { PolicyError } from './policy-error.ts'
import { type ContextValue, contextValue, type RequestContext } from './request.ts'
import { parseTemplate, resolve, type Template } from './variables.ts'

/** One key under one operator. */
export interface Condition {
  /** In lower case: names of keys are case-insensitive, a tag's key in them too. */
  readonly key: string
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined
  readonly ifExists: boolean
  readonly operator: Operator | 'Null'
  readonly values: readonly Template[]
}

/** Reads the element; every key under every operator becomes a condition of its own. */
export function parseConditions(value: unknown, path: string, variables: boolean): readonly Condition[] {
  return [...readObject(value, path)].flatMap(([name, keys]) => {
    const at = member(path, name)
    const comparison = readOperator(name, at)
    return [...readObject(keys, at)].map(([key, values]) => {
      if (!key.includes(':')) {
        throw new PolicyError(
          member(at, key),
          'must begin with a service and a colon, as in aws:PrincipalArn',
        )
      }
      return {
        ...comparison,
        key: key.toLowerCase(),
        values: readScalars(values, member(at, key)).map((text) =>
          parseValue(text, comparison.operator, variables),
        ),
      }
    })
  })
}

/** Whether the condition holds for the request. Several conditions of a statement must all hold. */
export function holds(condition: Condition, context: RequestContext): boolean {
  const value = contextValue(context, condition.key)
  const { operator, quantifier, ifExists } = condition
  if (operator === 'Null') return testsPresence(condition, value)
  if (value === undefined) return holdsForNoValue(operator, quantifier, ifExists)
  const test = (each: string) => holdsForValue(condition.values, operator, each, context)
  // "or if the context key value resolves to a null dataset, such as an empty string"
  if (quantifier === 'ForAllValues') return listOf(value).every(test) || isEmptyText(value)
  if (quantifier === 'ForAnyValue') return listOf(value).some(test)
  // Multi-valued keys require a set operator; that a negated operator does not hold without one either is assumed.
  return typeof value === 'string' && test(value)
}

function readOperator(name: string, path: string): Pick<Condition, 'operator' | 'quantifier' | 'ifExists'> {
  const [, prefix, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? []
  const ifExists = suffix !== undefined
  const operator = base === 'Null' && !ifExists ? 'Null' : operatorNamed(base)
  if (operator === undefined) {
    throw new PolicyError(
      path,
      'is no condition operator: see the list in the IAM user guide, as StringEquals',
    )
  }
  return { operator, quantifier: readQuantifier(prefix), ifExists }
}

function readQuantifier(prefix: string | undefined): Condition['quantifier'] {
  return prefix === 'ForAllValues' || prefix === 'ForAnyValue' ? prefix : undefined
}

function parseValue(text: string, operator: Condition['operator'], variables: boolean): Template {
  if (operator === 'Null') return parseTemplate(text, { variables: false, wildcards: false })
  return parseTemplate(text, { ...operator, variables: operator.variables && variables })
}

function testsPresence({ values }: Condition, value: ContextValue | undefined): boolean {
  const isNull = String(value === undefined)
  return values.some((template) => resolve(template, new Map())?.join('').toLowerCase() === isNull)
}

function holdsForNoValue(
  operator: Operator,
  quantifier: Condition['quantifier'],
  ifExists: boolean,
): boolean {
  if (ifExists || quantifier === 'ForAllValues') return true
  return quantifier === undefined && operator.negated
}

// A variable without a value is equal to nothing, and a negated operator holds against it.
function holdsForValue(
  values: readonly Template[],
  operator: Operator,
  value: string,
  context: RequestContext,
): boolean {
  const fits = values.some((template) => {
    const pattern = resolve(template, context)
    return pattern !== undefined && operator.fits(pattern, value)
  })
  return fits !== operator.negated
}

function isEmptyText(value: ContextValue): boolean {
  return listOf(value).join('') === ''
}

function listOf(value: ContextValue): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
