// What a fleet of isolates costs AWS STS, and what its callers notice of it, under four policies: a simulation that runs
// this package's own code in simulated time. `node bench/fleet.ts`; see ../docs/fleet.md.
//
//   --quick      small fleets, no files: it says whether the simulation still runs
//   --sample=N   at the most so many isolates are simulated of each fleet; 2000 when absent

import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { plots } from './fleet/plots.ts'
import { fullRuns, quickRuns } from './fleet/scenarios.ts'
import { count, tables } from './fleet/table.ts'
import { simulateAll } from './fleet/threads.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, sample: { type: 'string', default: '2000' } },
})
const began = performance.now()
const runs = values.quick ? quickRuns() : fullRuns(Number(values.sample))

let done = 0
const results = await simulateAll(runs, ({ scenario, policy, isolates, seconds, events }) => {
  done += 1
  const what = `${scenario}, ${count(isolates)} isolates, ${policy}`
  console.error(`${done}/${runs.length} ${what}: ${count(events)} events in ${seconds} s`)
})

console.log(tables(results))
console.log(`\n${runs.length} runs in ${Math.round((performance.now() - began) / 1000)} s`)

if (!values.quick) {
  const folder = new URL('./results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  // How long a run took is another each time, and no result.
  const lasting = results.map(({ seconds: _, ...result }) => result)
  writeFileSync(
    new URL('fleet.json', folder),
    `[\n${lasting.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`,
  )
  for (const [name, svg] of plots(results)) writeFileSync(new URL(`../docs/${name}`, import.meta.url), svg)
}
