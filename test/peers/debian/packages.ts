// The project `peers` runs other people's clients as Debian packages them: packages.txt names the packages, and this
// ends a run at once where one is missing. It skips nothing: a peer that was not asked has not agreed.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Vitest's global setup. */
export function setup(): void {
  const packages = readFileSync(join(import.meta.dirname, 'packages.txt'), 'utf8')
    .trim()
    .split('\n')
  const missing = packages.filter((name) => !isInstalled(name))
  if (missing.length === 0) return
  throw new Error(
    `These tests need what is not installed here: apt-get install --no-install-recommends ${missing.join(' ')}`,
  )
}

// Where there is no dpkg, nothing is Debian's.
function isInstalled(name: string): boolean {
  const { status, stdout } = spawnSync('dpkg', ['--status', name])
  return status === 0 && /^Status: .* installed$/m.test(String(stdout))
}
