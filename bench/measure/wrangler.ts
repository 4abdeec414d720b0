// What wrangler would upload, in one file, as it makes it without a configuration of its own.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const WRANGLER = fileURLToPath(new URL('../bin/wrangler.js', import.meta.resolve('wrangler')))

export const COMPATIBILITY_DATE = '2026-09-01'

/** @param code the Worker, whose relative imports are not looked up: it imports by absolute paths */
export async function bundleByWrangler(code: string): Promise<string> {
  // wrangler looks for a configuration in the folders above: none is above this one.
  const folder = await mkdtemp(join(tmpdir(), 'bench-worker-'))
  try {
    await writeFile(join(folder, 'index.js'), code)
    const arguments_ = [
      ['deploy', 'index.js', '--dry-run', '--minify', '--outdir', 'out'],
      ['--name', 'bench', '--compatibility-date', COMPATIBILITY_DATE],
    ]
    const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' }
    await run(process.execPath, [WRANGLER, ...arguments_.flat()], { cwd: folder, env })
    return await readFile(join(folder, 'out/index.js'), 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
