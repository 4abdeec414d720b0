// The version of this package.

import { readFileSync } from 'node:fs'

/** As its package.json says, which is two folders up from the source as from what is built of it. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
