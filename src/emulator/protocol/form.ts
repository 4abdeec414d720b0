// Reads `application/x-www-form-urlencoded` pairs, of a body or a query string, and AWS Query parameters
// from them. Lists are `Name.member.N`; odd indexes are refused as AWS was seen to refuse them.

import { Fault, malformedInput } from './fault.ts'

/** A name and a value, decoded. */
export type Pair = readonly [name: string, value: string]

/**
 * A parameter and what stands below it: `''` is its own value, `member.1.Key` a value below it. The whole form
 * is one too.
 */
export type Parameter = ReadonlyMap<string, string>

/** Splits and decodes a form; unlike a browser it refuses a `%` that begins no UTF-8 character. */
export function readPairs(form: string): Pair[] {
  return form
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))]
    })
}

/** The pairs of a query string, which AWS decodes before it looks at anything else. */
export function readQuery({ search }: URL): Pair[] {
  const broken = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(search)?.[0]
  if (broken !== undefined) {
    const message =
      broken.length < 3
        ? 'Incomplete trailing escape % sequence'
        : `Illegal hex character in escape % pattern: ${broken}`
    throw new Fault(400, 'MalformedQueryString', message)
  }
  return readPairs(search.slice(1))
}

/**
 * The form as one parameter. A name that is given twice is refused, because no reader could tell which holds; and so is
 * one with an empty part, which would be a second spelling of another.
 */
export function readForm(pairs: readonly Pair[]): Parameter {
  const form = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (/^\.|\.\.|\.$/.test(name)) throw malformedInput(`Key ${name} has an empty part`)
    if (form.has(name)) throw malformedInput(`Key ${name} is given more than once`)
    form.set(name, value)
  }
  return form
}

/** The parameter of that name inside another; empty when it is absent. */
export function parameterAt(parent: Parameter, name: string): Parameter {
  const found = new Map<string, string>()
  for (const [path, value] of parent) {
    if (path === name) found.set('', value)
    else if (path.startsWith(`${name}.`)) found.set(path.slice(name.length + 1), value)
  }
  return found
}

/** The text of a parameter, `null` when it is absent. */
export function readString(parameter: Parameter): string | null {
  for (const path of parameter.keys()) {
    if (path !== '') throw malformedInput('Start of structure or map found where not expected')
  }
  return parameter.get('') ?? null
}

/** The members of a structure, by name. */
export function readStructure(parameter: Parameter): Parameter {
  if (parameter.has('')) throw malformedInput('Unexpected complex element termination')
  return parameter
}

/** The 32-bit integer of a parameter, `null` when it is absent. */
export function readInteger(parameter: Parameter): number | null {
  const text = readString(parameter)
  if (text === null) return null
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || value < -(2 ** 31) || value >= 2 ** 31) {
    throw malformedInput(`'${text}' is not a valid integer`)
  }
  return value
}

/**
 * The elements of a list in the order of their indexes, `null` when the list is absent. `Name=` is the empty
 * list; an element that is left out is `null`.
 */
export function readList(parameter: Parameter): (Parameter | null)[] | null {
  if (parameter.size === 0) return null
  if (parameter.has('')) {
    if (parameter.size > 1 || parameter.get('') !== '')
      throw malformedInput('Unexpected list element termination')
    return []
  }
  const elements = new Map<number, Map<string, string>>()
  for (const [key, value] of parameter) {
    const [name, index, ...below] = key.split('.')
    if (name !== 'member' || index === undefined)
      throw malformedInput('Start of list found where not expected')
    const position = readIndex(index) - 1
    const element = elements.get(position) ?? new Map<string, string>()
    const path = below.join('.')
    // `1` and `01` are one index: no reader could tell which holds.
    if (element.has(path)) throw malformedInput(`Key ${path || index} is given more than once`)
    elements.set(position, element.set(path, value))
  }
  return inOrder(elements)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformedInput('The form is not percent-encoded UTF-8')
  }
}

function readIndex(text: string): number {
  if (text.startsWith('-')) throw malformedInput(`Key ${text} may not have a leading '-'`)
  if (!/^\d+$/.test(text)) throw malformedInput('Start of list found where not expected')
  const index = Number(text)
  if (index < 1 || index >= 2 ** 31) throw malformedInput(`${text} is not a valid index`)
  return index
}

// AWS fills gaps with nulls as long as a step is at most ten: index 11 alone is a list whose members are null,
// index 12 after index 1 is refused.
const longestStep = 10

function inOrder(elements: ReadonlyMap<number, Parameter>): (Parameter | null)[] {
  const list: (Parameter | null)[] = []
  let previous = 0
  for (const position of [...elements.keys()].sort((a, b) => a - b)) {
    const step = position - previous
    if (step > longestStep) throw malformedInput(`Excessively sparse input would skip ${step} list elements`)
    while (list.length < position) list.push(null)
    list.push(elements.get(position) ?? null)
    previous = position
  }
  return list
}
