// The modules that are evaluated, counted from outside.

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
