// The runtime of Vercel's edge functions and of Next.js middleware, by its own emulation: a script in a realm of its own.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { inspect } from 'node:util'
import { EdgeVM } from '@edge-runtime/vm'
import { esbuildScript } from '../bundles.ts'
import type { Report } from '../suite.ts'
import { placeOf, type Runtime } from './runtime.ts'

// The package is of the types of no version of its own.
const { version } = createRequire(import.meta.url)('@edge-runtime/vm/package.json') as { version: string }

export const edgeVm: Runtime = {
  name: 'Vercel edge functions (Edge VM), bundled by esbuild',
  differs:
    'There is no `import()`: what is loaded on demand elsewhere is in the one file, and evaluated when it is needed.',
  async run({ folder }, lab) {
    const file = await esbuildScript({ folder, entry: 'edge.js', out: 'out-edge' })
    const log: string[] = []
    const vm = new EdgeVM({
      // Strings of code may not be evaluated there either.
      codeGeneration: { strings: false, wasm: false },
      extend: (context) =>
        Object.assign(context, {
          console: {
            ...console,
            log: (...parts: unknown[]) =>
              void log.push(parts.map((part) => inspect(part, { depth: null })).join(' ')),
          },
        }),
    })
    vm.evaluate(await readFile(file, 'utf8'))
    // What programs/edge.js leaves behind.
    const report = await vm.evaluate<Promise<Report>>(`runSuite(${JSON.stringify(placeOf(lab))})`)
    return { version, report, log: log.join('\n') }
  },
}
