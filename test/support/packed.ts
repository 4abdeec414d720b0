// The package as a user has it: packed as for the registry, and installed from that file.

import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const repository = join(import.meta.dirname, '../..')

/** Packs what `npm run build` made into a file of that folder, and gives its path. */
export async function pack(folder: string): Promise<string> {
  const options = ['--ignore-scripts', '--json', '--pack-destination', folder]
  const { stdout } = await run('npm', ['pack', ...options], { cwd: repository })
  // What `npm pack --json` prints.
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  return join(folder, packed?.filename ?? '')
}

/** Installs it into a folder beside whatever is there. */
export async function installPacked(folder: string): Promise<void> {
  const file = await pack(folder)
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...options, file], { cwd: folder })
  await rm(file)
}
