// `node --expose-gc bench/run-one.ts NAME [--quick]`: runs one bench in this process, and gives its result as a line of JSON.

import { parseArgs } from 'node:util'
import type { Result } from './bench.ts'
import { type BenchName, benches } from './benches.ts'
import { machine, versions } from './measure/machine.ts'

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const name = positionals[0] as BenchName // run.ts has checked it
const { bench } = await benches[name]()
const measurements = await bench.run(values.quick)
const day = new Date().toISOString().slice(0, 10)
const result: Result = {
  name,
  about: bench.about,
  day,
  machine: machine(),
  versions: versions(),
  measurements,
}
console.log(JSON.stringify(result))
