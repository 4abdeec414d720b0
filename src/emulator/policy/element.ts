// Reads the JSON values of a policy's elements: IAM user guide, "Grammar of the IAM JSON policy language".

import { PolicyError } from './policy-error.ts'

/** The members of an object by name; only its own, so that no name can reach a prototype. */
export function readObject(value: unknown, path: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicyError(path, 'must be an object in braces')
  }
  return new Map(Object.entries(value))
}

/** Refuses members that the grammar does not know there. */
export function refuseUnknown(
  members: ReadonlyMap<string, unknown>,
  known: readonly string[],
  path: string,
): void {
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      throw new PolicyError(member(path, name), `is not known here: use ${known.join(', ')}`)
    }
  }
}

/** One text, or a list of at least one. */
export function readTexts(value: unknown, path: string): readonly string[] {
  return readList(value, path, (each, at) => {
    if (typeof each !== 'string') throw new PolicyError(at, 'must be a string in quotation marks')
    return each
  })
}

/** The same, where numbers and booleans may stand without quotation marks. */
export function readScalars(value: unknown, path: string): readonly string[] {
  return readList(value, path, (each, at) => {
    if (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean') return String(each)
    throw new PolicyError(at, 'must be a string, a number or a boolean')
  })
}

/** The path of a member of an object. */
export function member(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function readList(
  value: unknown,
  path: string,
  read: (each: unknown, path: string) => string,
): readonly string[] {
  if (!Array.isArray(value)) return [read(value, path)]
  if (value.length === 0) throw new PolicyError(path, 'must name at least one value')
  return value.map((each, index) => read(each, `${path}[${index}]`))
}
