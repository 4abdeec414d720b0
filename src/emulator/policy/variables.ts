// Policy variables such as `${aws:username}`: IAM user guide, "IAM policy elements: Variables and tags".

import { contextValue, type RequestContext } from './request.ts'
import { literalPattern, type Pattern, wildcardPattern } from './wildcard.ts'

/** A text of a policy, with the variables that the request fills in. */
export type Template = readonly (Pattern | Variable)[]

interface Variable {
  /** In lower case. */
  readonly key: string
  /** What stands for a key without a value; `undefined` where the policy gives nothing. */
  readonly byDefault: string | undefined
}

/** What means something in a text besides itself. */
export interface TemplateSyntax {
  readonly variables: boolean
  readonly wildcards: boolean
}

// `${*}`, `${?}` and `${$}` stand for those characters. No key holds a comma or a brace: IAM allows neither in tags.
const placeholder = /\$\{(?:([*?$])|([^{}$,]+)(?:, '([^']*)')?)\}/g

/** Text between variables is read with or without wildcards; a `${` that begins no variable stands for itself. */
export function parseTemplate(text: string, { variables, wildcards }: TemplateSyntax): Template {
  const read = wildcards ? wildcardPattern : literalPattern
  if (!variables) return [read(text)]
  const parts: (Pattern | Variable)[] = []
  let end = 0
  for (const match of text.matchAll(placeholder)) {
    const [whole, character, key = '', byDefault] = match
    parts.push(read(text.slice(end, match.index)))
    parts.push(character === undefined ? { key: key.toLowerCase(), byDefault } : literalPattern(character))
    end = match.index + whole.length
  }
  return [...parts, read(text.slice(end))]
}

/**
 * The text as it is for this request; `undefined` where a variable has no value, and then it is equal to nothing.
 * Values are literal: a `*` in one is no wildcard. A key with many values has none for a variable.
 */
export function resolve(template: Template, context: RequestContext): Pattern | undefined {
  const [first = [], ...more] = template
  if (more.length === 0 && isPattern(first)) return first
  const resolved: Pattern[] = []
  for (const part of template) {
    const pattern = isPattern(part) ? part : valueOfVariable(part, context)
    if (pattern === undefined) return undefined
    resolved.push(pattern)
  }
  return resolved.flat()
}

function valueOfVariable({ key, byDefault }: Variable, context: RequestContext): Pattern | undefined {
  const value = contextValue(context, key)
  const text = typeof value === 'string' ? value : byDefault
  return text === undefined ? undefined : literalPattern(text)
}

function isPattern(part: Pattern | Variable): part is Pattern {
  return Array.isArray(part)
}
