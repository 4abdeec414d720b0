// How often something asks WebCrypto: each time is a way to another thread and back, and a signature is the dearest of all.

/** How many calls of `crypto.subtle` this makes, by their names. Nothing else may run at the same time. */
export async function subtleCallsOf(task: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> {
  const { subtle } = crypto
  const calls = new Map<string, number>()
  const names = Object.getOwnPropertyNames(SubtleCrypto.prototype).filter(
    (name) => name !== 'constructor' && typeof Reflect.get(subtle, name) === 'function',
  )
  for (const name of names) {
    const original: unknown = Reflect.get(subtle, name)
    Object.defineProperty(subtle, name, {
      configurable: true,
      value: (...parameters: unknown[]) => {
        calls.set(name, (calls.get(name) ?? 0) + 1)
        if (typeof original !== 'function') throw new TypeError(`${name} is no function`)
        return Reflect.apply(original, subtle, parameters)
      },
    })
  }
  try {
    await task()
  } finally {
    // What stands on the prototype is seen again.
    for (const name of names) Reflect.deleteProperty(subtle, name)
  }
  return calls
}
