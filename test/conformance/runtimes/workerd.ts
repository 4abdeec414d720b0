// Cloudflare's runtime, by miniflare: the Worker that a bundler made, with and without Node's modules.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { type Bundler, esbuildWhole, wrangler } from '../bundles.ts'
import type { Report } from '../suite.ts'
import { placeOf, type Runtime } from './runtime.ts'

// The package is of the types of no version of its own.
const { version } = createRequire(import.meta.url)('workerd/package.json') as { version: string }

function workerd(
  name: string,
  differs: string,
  bundle: Bundler,
  out: string,
  flags: readonly string[],
): Runtime {
  return {
    name,
    differs,
    async run({ folder }, lab) {
      const file = await bundle({ folder, entry: 'worker.js', out })
      const log: string[] = []
      const worker = new Miniflare(
        convertV4MiniflareOptions({
          modules: true,
          script: await readFile(file, 'utf8'),
          compatibilityDate: '2026-07-01',
          compatibilityFlags: [...flags],
          handleStructuredLogs({ message }) {
            log.push(message)
          },
        }),
      )
      try {
        const body = JSON.stringify(placeOf(lab))
        const response = await worker.dispatchFetch('http://localhost/', { method: 'POST', body })
        const text = await response.text()
        if (!response.ok) throw new Error(text)
        // It is what programs/worker.js answers.
        return { version, report: JSON.parse(text) as Report, log: log.join('\n') }
      } finally {
        await worker.dispose()
      }
    },
  }
}

export const plainWorkerd = workerd(
  'Cloudflare Workers (workerd), bundled by wrangler',
  'The clock stands still between I/O, and nothing may be sent, timed or drawn by lot while modules are loaded: nothing is.',
  wrangler,
  'out-wrangler',
  [],
)

export const workerdWithNode = workerd(
  'Cloudflare Workers (workerd) with `nodejs_compat`, bundled by esbuild',
  'The same; `fromEnv()` finds the Worker’s variables in `process.env`.',
  esbuildWhole,
  'out-workerd',
  ['nodejs_compat'],
)
