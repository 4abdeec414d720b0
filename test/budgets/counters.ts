// What can be counted from outside: the modules that are evaluated, and the calls of `crypto.subtle`.

import { registerHooks } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const loaded = new Map<string, number>()
registerHooks({
  load(url, context, nextLoad) {
    const owner = url.startsWith('file:') ? ownerOf(relative(ROOT, fileURLToPath(url))) : undefined
    if (owner !== undefined) loaded.set(owner, (loaded.get(owner) ?? 0) + 1)
    return nextLoad(url, context)
  },
})

function ownerOf(path: string): string | undefined {
  if (path.startsWith('dist/')) return 'aws-web-identity'
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
}

/** How many modules were loaded since this one, by the package that they are of. */
export function modulesLoaded(): Record<string, number> {
  return Object.fromEntries([...loaded].sort())
}

const called = new Map<string, number>()
for (const name of ['digest', 'importKey', 'sign', 'verify', 'deriveBits', 'encrypt', 'decrypt'] as const) {
  const original = crypto.subtle[name]
  Object.defineProperty(crypto.subtle, name, {
    value(...arguments_: unknown[]) {
      called.set(name, (called.get(name) ?? 0) + 1)
      return Reflect.apply(original, crypto.subtle, arguments_)
    },
  })
}

/** How often a call calls each function of `crypto.subtle`. */
export async function countSubtleCalls(call: () => Promise<unknown>): Promise<Record<string, number>> {
  called.clear()
  await call()
  return Object.fromEntries([...called].sort())
}
