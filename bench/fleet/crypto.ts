// WebCrypto works on other threads: counts what is under way, so that simulated time waits for it. It is the real
// WebCrypto; but a function of the same bytes has the same result, so a hash, an imported key and an opened seal are
// computed once and remembered, for a million isolates open the same entry. Each seal is made anew.

let pending = 0

/** How many calls of WebCrypto are under way. */
export function pendingCrypto(): number {
  return pending
}

/** Counts and remembers from now on. Gives what undoes it. */
export function watchCrypto(): () => void {
  const { subtle } = crypto
  const digest = remembered(subtle.digest.bind(subtle))
  const importKey = remembered(subtle.importKey.bind(subtle))
  const decrypt = remembered(subtle.decrypt.bind(subtle))
  const encrypt = subtle.encrypt.bind(subtle)
  Object.assign(subtle, {
    digest,
    importKey,
    decrypt,
    encrypt: (...input: Parameters<typeof encrypt>) => counted(encrypt(...input)),
  })
  return () => {
    for (const name of ['digest', 'importKey', 'decrypt', 'encrypt']) Reflect.deleteProperty(subtle, name)
  }
}

async function counted<Output>(output: Promise<Output>): Promise<Output> {
  pending += 1
  try {
    return await output
  } finally {
    pending -= 1
  }
}

/** More than are in use at once. */
const LIMIT = 2000

function remembered<Input extends unknown[], Output>(
  compute: (...input: Input) => Promise<Output>,
): (...input: Input) => Promise<Output> {
  const results = new Map<string, Promise<Output>>()
  return (...input) => {
    const key = input.map(nameOf).join('|')
    let result = results.get(key)
    if (result === undefined) {
      if (results.size >= LIMIT) results.clear()
      result = counted(compute(...input))
      results.set(key, result)
    }
    return result
  }
}

const keyNames = new WeakMap<CryptoKey, number>()
let keyCount = 0

function nameOf(part: unknown): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString('latin1')
  if (part instanceof ArrayBuffer) return Buffer.from(part).toString('latin1')
  if (part instanceof CryptoKey) {
    // A key that is not the same object is another one.
    const name = keyNames.get(part) ?? ++keyCount
    keyNames.set(part, name)
    return `key ${name}`
  }
  if (typeof part !== 'object' || part === null) return String(part)
  return Object.entries(part)
    .map(([name, value]) => `${name}=${nameOf(value)}`)
    .join()
}
