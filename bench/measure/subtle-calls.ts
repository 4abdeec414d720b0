// How often something asks WebCrypto: each time is a way to another thread and back, and a signature is the dearest of all.

/** How many calls of `crypto.subtle` this makes, of whichever kind. Nothing else may run at the same time. */
export async function subtleCallsOf(task: () => Promise<unknown>): Promise<number> {
  const { subtle } = crypto
  let calls = 0
  const names = Object.getOwnPropertyNames(SubtleCrypto.prototype).filter(
    (name) => name !== 'constructor' && typeof Reflect.get(subtle, name) === 'function',
  )
  for (const name of names) {
    const original: unknown = Reflect.get(subtle, name)
    Object.defineProperty(subtle, name, {
      configurable: true,
      value: (...parameters: unknown[]) => {
        calls += 1
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
