// The condition operators, each as the test of one value of the request against one of the policy: IAM user guide,
// "IAM JSON policy elements: Condition operators".

import { matchesArn } from './arn.ts'
import { liesWithin } from './ip-address.ts'
import type { TemplateSyntax } from './variables.ts'
import { matches, type Pattern } from './wildcard.ts'

/** How a value of the request is compared. */
export interface Operator extends TemplateSyntax {
  /** Whether the condition holds where none of the policy's values fits, instead of where one does. */
  readonly negated: boolean
  readonly fits: (pattern: Pattern, value: string) => boolean
}

/** The operator of that name, without its prefix and suffix; `Null` is none of these, since it looks at no value. */
export function operatorNamed(name: string): Operator | undefined {
  return operators.get(name)
}

const exactText = { variables: true, wildcards: false }
const likeText = { variables: true, wildcards: true }
// Where the documentation contradicts itself, on `Bool`, the page on variables is believed.
const plainText = { variables: false, wildcards: false }

const operators: ReadonlyMap<string, Operator> = new Map([
  ...withNegation('StringEquals', 'StringNotEquals', { ...exactText, fits: matches }),
  ...withNegation('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', {
    ...exactText,
    fits: (pattern, value) => textOf(pattern).toLowerCase() === value.toLowerCase(),
  }),
  ...withNegation('StringLike', 'StringNotLike', { ...likeText, fits: matches }),
  ...withNegation('ArnEquals', 'ArnNotEquals', { ...likeText, fits: matchesArn }),
  ...withNegation('ArnLike', 'ArnNotLike', { ...likeText, fits: matchesArn }),
  ...comparisons('Numeric', numberOf),
  ...comparisons('Date', timeOf),
  ...withNegation('IpAddress', 'NotIpAddress', {
    ...plainText,
    fits: (pattern, value) => liesWithin(textOf(pattern), value),
  }),
  ['Bool', comparison((pattern, value) => pattern === value, booleanOf)],
  ['BinaryEquals', comparison((pattern, value) => pattern === value, bytesOf)],
])

function withNegation(
  name: string,
  negation: string,
  operator: Omit<Operator, 'negated'>,
): [string, Operator][] {
  return [
    [name, { ...operator, negated: false }],
    [negation, { ...operator, negated: true }],
  ]
}

function comparisons(family: string, read: (text: string) => number | undefined): [string, Operator][] {
  const equals = comparison<number>((pattern, value) => value === pattern, read)
  return [
    ...withNegation(`${family}Equals`, `${family}NotEquals`, equals),
    [`${family}LessThan`, comparison((pattern, value) => value < pattern, read)],
    [`${family}LessThanEquals`, comparison((pattern, value) => value <= pattern, read)],
    [`${family}GreaterThan`, comparison((pattern, value) => value > pattern, read)],
    [`${family}GreaterThanEquals`, comparison((pattern, value) => value >= pattern, read)],
  ]
}

// What can't be read fits nothing.
function comparison<Value>(
  holds: (pattern: Value, value: Value) => boolean,
  read: (text: string) => Value | undefined,
): Operator {
  return {
    ...plainText,
    negated: false,
    fits: (pattern, value) => {
      const left = read(textOf(pattern))
      const right = read(value)
      return left !== undefined && right !== undefined && holds(left, right)
    },
  }
}

// Only for operators without wildcards, whose patterns are characters alone.
function textOf(pattern: Pattern): string {
  return pattern.join('')
}

function numberOf(text: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined
}

// W3C's profile of ISO 8601 (NOTE-datetime), or whole seconds since 1970; milliseconds come back.
const dateAndTime = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?$/

function timeOf(text: string): number | undefined {
  // Four digits could be a year as well; that digits alone are seconds is assumed.
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const milliseconds = dateAndTime.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

function booleanOf(text: string): string | undefined {
  const lowerCase = text.toLowerCase()
  return lowerCase === 'true' || lowerCase === 'false' ? lowerCase : undefined
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

// The bits that padding leaves over can be anything, so that texts can differ where bytes do not.
function bytesOf(text: string): string | undefined {
  return base64.test(text) ? atob(text) : undefined
}
