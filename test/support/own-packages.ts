// The packages that one part of the tests needs alone, by a package.json of its own, so that `npm ci` stays small.

import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Installs them where they are missing, or older than their lock file. */
export async function installOwnPackages(folder: string): Promise<void> {
  const { mtimeMs: wanted } = await stat(join(folder, 'package-lock.json'))
  // npm writes the hidden file when it has installed all of the lock file.
  const installed = await stat(join(folder, 'node_modules/.package-lock.json')).catch(() => undefined)
  if (installed === undefined || installed.mtimeMs < wanted) await run('npm', ['ci'], { cwd: folder })
}
