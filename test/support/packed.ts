// The package as a user has it: packed as for the registry, and installed from that file.

import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const repository = join(import.meta.dirname, '../..')

/** Packs what `npm run build` made, and installs it into a folder beside whatever is there. */
export async function installPacked(folder: string): Promise<void> {
  const destination = ['--pack-destination', folder]
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', ...destination], {
    cwd: repository,
  })
  // What `npm pack --json` prints.
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  const file = `./${packed?.filename}`
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', file], { cwd: folder })
  await rm(join(folder, file))
}
