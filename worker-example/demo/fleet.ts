// The Worker in several isolates that share one broker, as in production, where a Worker runs in thousands. The bundle is
// the one that `wrangler deploy` would send; Miniflare runs it, because `wrangler dev` has one isolate alone.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

const run = promisify(execFile)
const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))
const WRANGLER = fileURLToPath(new URL('../bin/wrangler.js', import.meta.resolve('wrangler')))

/** Variables and secrets. */
export type Bindings = Record<string, string | string[]>

/** Isolates of the Worker. */
export interface Fleet {
  /** Asks the Worker in the isolate of that number. */
  ask(isolate: number, path: string, headers: Readonly<Record<string, string>>): Promise<string>
  close(): Promise<void>
}

/** Starts so many of them, with these variables and secrets. */
export async function startFleet(isolates: number, bindings: Bindings): Promise<Fleet> {
  const script = await bundle()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: Array.from({ length: isolates }, (_, index) => ({
        name: nameOf(index),
        modules: true,
        script,
        compatibilityDate: '2026-07-01', // before Workers have Node's modules by default, which wrangler.toml switches off
        compatibilityFlags: ['enable_request_signal'],
        bindings,
        durableObjects: {
          BROKER: { className: 'WebIdentityTokenBroker', useSQLite: true, scriptName: nameOf(0) },
        },
      })),
    }),
  )
  return {
    async ask(isolate, path, headers) {
      const worker = await miniflare.getWorker(nameOf(isolate))
      const response = await worker.fetch(`http://localhost${path}`, { headers })
      const text = await response.text()
      if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${text}`)
      return text
    },
    close: () => miniflare.dispose(),
  }
}

function nameOf(isolate: number): string {
  return `isolate-${isolate}`
}

async function bundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'))
  try {
    const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' }
    await run(process.execPath, [WRANGLER, 'deploy', '--dry-run', '--outdir', folder, '--config', CONFIG], {
      env,
    })
    return await readFile(join(folder, 'index.js'), 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
