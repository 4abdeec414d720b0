// Loads a module that this package does not bring along, from where it may be installed.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The exports of a module, and its place, from which its own dependencies can be loaded. */
export interface Installed {
  readonly exports: Readonly<Record<string, unknown>>
  readonly place: string
}

/** Beside this package, then in the project that the terminal stands in; `undefined` where it is in neither. */
export async function installedModule(
  name: string,
  ...otherPlaces: string[]
): Promise<Installed | undefined> {
  for (const place of [import.meta.url, join(process.cwd(), 'package.json'), ...otherPlaces]) {
    const path = resolve(name, place)
    if (path !== undefined) return { exports: await import(pathToFileURL(path).href), place: path }
  }
  return undefined
}

function resolve(name: string, place: string): string | undefined {
  try {
    return createRequire(place).resolve(name)
  } catch {
    return undefined
  }
}
