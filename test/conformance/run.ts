// `npm run test:runtimes`: runs the suite in every runtime, on the packed package, and writes docs/runtimes.md.
// With `--check` it writes nothing, and fails when that file says something else of what holds where.
// With words, such as `deno webkit`, it runs only the rows whose names hold one of them, and writes nothing either.

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { judge, type Row } from './judge.ts'
import { startLab } from './lab.ts'
import { packAndInstall } from './packed.ts'
import { runtimes } from './rows.ts'
import type { Runtime } from './runtimes/runtime.ts'
import { compareTable, writeTable } from './table.ts'
import { weigh } from './weigh.ts'

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true })
const wanted = runtimes.filter(
  ({ name }) =>
    positionals.length === 0 || positionals.some((word) => name.toLowerCase().includes(word.toLowerCase())),
)

const seconds = (began: number) => ((performance.now() - began) / 1000).toFixed(1)
const began = performance.now()
const packed = await packAndInstall()
console.log(`packed and installed in ${seconds(began)} s`)

async function runIn(runtime: Runtime): Promise<Row> {
  const started = performance.now()
  const lab = await startLab(join(packed.folder, 'files'))
  try {
    const row = judge(runtime, await runtime.run(packed, lab))
    const failures = row.results.filter(({ failure }) => failure !== undefined)
    console.log(
      `${failures.length === 0 ? '✓' : '✗'} ${row.name} ${row.version}: ${row.results.length - failures.length} of ${row.results.length} in ${seconds(started)} s`,
    )
    // The others tend to have the same cause.
    for (const { capability, name, failure } of failures.slice(0, 10)) {
      console.log(`  ✗ ${capability}: ${name}\n    ${failure?.slice(0, 400)}`)
    }
    return row
  } catch (error) {
    console.log(`✗ ${runtime.name}: it could not run\n    ${error instanceof Error ? error.stack : error}`)
    return {
      ...runtime,
      version: 'none',
      results: [{ capability: 'mint', name: 'it runs', failure: String(error) }],
    }
  } finally {
    await lab.close()
  }
}

// Each has a lab of its own, and waits most of its time: for timers, and for replies that never come.
const rows: Row[] = []
const waiting = wanted.entries()
await Promise.all(
  Array.from({ length: 3 * availableParallelism() }, async () => {
    for (const [index, runtime] of waiting) rows[index] = await runIn(runtime)
  }),
)

const weighing = performance.now()
const weights = positionals.length === 0 ? await weigh(packed.folder) : []
for (const { bundler, entry, total, isTooHeavy } of weights) {
  console.log(`${isTooHeavy ? '✗' : '✓'} ${bundler}: entry ${entry}, total ${total} bytes gzip`)
}
if (weights.length > 0) console.log(`weighed in ${seconds(weighing)} s`)
await packed.remove()

let failed = rows.flatMap(({ results }) => results).filter(({ failure }) => failure !== undefined).length
failed += weights.filter(({ isTooHeavy }) => isTooHeavy).length
const passed = rows.flatMap(({ results }) => results).length + weights.length - failed
if (positionals.length === 0 && values.check) {
  const difference = await compareTable(rows)
  if (difference !== undefined) {
    failed += 1
    console.log(`✗ docs/runtimes.md: ${difference}\n  npm run test:runtimes writes it anew`)
  }
} else if (positionals.length === 0) await writeTable(rows, weights)
console.log(`all in ${seconds(began)} s`)
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 ? 0 : 1
