// What a caller gave and nothing else: neither what a polluted `Object.prototype` has, nor what he changes afterwards.

/** The options as they were given: what a polluted `Object.prototype` has is none of them. */
export function ownMembers<Options extends object>(options: Options): Options {
  return Object.assign(Object.create(null), options)
}

/** Whether it is written as `{ … }`. */
export function isLiteral(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** The value as it is now, for what is looked at later: three levels of arrays and objects are copied. */
export function snapshot<Value>(value: Value, depth?: number): Value
export function snapshot(value: unknown, depth = 3): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => snapshot(item, depth - 1))
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, snapshot(member, depth - 1)]),
  )
  if (isLiteral(value)) return copy
  // Of the same class, whose getters read the copy.
  return Object.create(Object.getPrototypeOf(value), Object.getOwnPropertyDescriptors(copy))
}
