// Options are read by their own members, so that a polluted `Object.prototype` adds none. What a class keeps on its own
// prototype would be lost with it, a pin or a guard among it: so only a plain object is taken.

import { InputError } from '../errors.ts'

export const MUST_BE_PLAIN = 'must be a plain object, as what a class keeps on its prototype would not count'

/** A plain object's own members. @throws {InputError} */
export function plainMembers<Options extends object>(options: Options, name: string): Options {
  if (!isPlainObject(options)) throw new InputError(name, MUST_BE_PLAIN)
  return Object.assign(Object.create(null), options)
}

/** Whether all its members are its own and are seen by whoever lists them. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  const isOfNoClass = prototype === null || isObjectPrototype(prototype)
  return isOfNoClass && Object.getOwnPropertyNames(value).length === Object.keys(value).length
}

// Another realm's too. That nothing stands above it is not enough: neither does above a class that extends `null`.
function isObjectPrototype(prototype: unknown): boolean {
  if (prototype === Object.prototype) return true
  const isTopmost = typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null
  return isTopmost && Object.hasOwn(prototype ?? {}, 'isPrototypeOf')
}
