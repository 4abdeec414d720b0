// `npm run bench`: runs all benches, each in a process of its own, prints what they found, and writes bench/results/ and
// docs/performance.md. `npm run bench -- NAME …` runs these alone. `--quick` writes nothing: it shows that they still run.

import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Result } from './bench.ts'
import { type BenchName, names } from './benches.ts'
import { runChild } from './measure/child.ts'
import { writePage } from './page.ts'
import { missed, section } from './report.ts'

const { values, positionals } = readArguments()
for (const name of positionals) {
  if (!names.includes(name as BenchName)) {
    console.error(`There is no bench ${name}. There are: ${names.join(', ')}.`)
    process.exit(2)
  }
}

function readArguments() {
  try {
    return parseArgs({ options: { quick: { type: 'boolean', default: false } }, allowPositionals: true })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
}

const ONE = `${import.meta.dirname}/run-one.ts`
const RESULTS = `${import.meta.dirname}/results`
for (const name of names) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const began = performance.now()
  const quick = values.quick ? ['--quick'] : []
  // run-one.ts prints what it has found.
  const result = (await runChild(['--expose-gc', ONE, name, ...quick])) as Result
  console.log(`\n## ${name}\n\n${section(result)}`)
  console.log(`\nIt took ${((performance.now() - began) / 1000).toFixed(0)} s.`)
  if (values.quick) continue
  for (const goal of missed([result])) console.log(`Missed: ${goal}`)
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(`${RESULTS}/${name}.json`, `${JSON.stringify(result, null, 1)}\n`)
}
if (!values.quick) writePage()
