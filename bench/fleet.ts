// What a fleet of isolates costs AWS STS, and what its callers notice of it, under four policies: a simulation that runs
// this package's own code in simulated time. Its full run writes docs/fleet.md's tables and plots, and its own data.

import { readFileSync, writeFileSync } from 'node:fs'
import type { Bench } from './bench.ts'
import { plots } from './fleet/plots.ts'
import { POLICIES } from './fleet/policies.ts'
import type { Result } from './fleet/run.ts'
import { fullRuns, quickRuns } from './fleet/scenarios.ts'
import { count, tables } from './fleet/table.ts'
import { simulateAll } from './fleet/threads.ts'
import type { Comparison } from './measure/comparison.ts'
import { fill } from './place.ts'

export const bench: Bench = {
  about: `Calls of STS by a fleet in which isolates come and go, each with a caller every ten seconds and tokens of an hour: a
simulation with a fixed seed. [What it assumes, and all that it found](fleet.md).`,
  async run(quick) {
    const runs = quick ? quickRuns() : fullRuns()
    let done = 0
    const results = await simulateAll(runs, ({ scenario, policy, isolates, seconds, events }) => {
      done += 1
      const what = `${scenario}, ${count(isolates)} isolates, ${policy}`
      // The result is what goes to the standard output.
      console.error(`${done}/${runs.length} ${what}: ${count(events)} events in ${seconds} s`)
    })
    if (!quick) write(results)
    return [compare(results, quick ? 1000 : 100_000)]
  },
}

function compare(results: readonly Result[], size: number): Comparison {
  const samples = POLICIES.map((policy): [string, number[]] => {
    const found = results.find(
      (each) => each.scenario === 'calm' && each.isolates === size && each.policy === policy,
    )
    if (found === undefined || found.callers === 0) throw new Error(`Nobody came to a fleet with ${policy}`)
    return [policy, [found.stsCallsPerHour]]
  })
  return {
    kind: 'comparison',
    title: `A fleet of ${count(size)} isolates in a calm hour`,
    unit: 'calls of STS',
    samples: Object.fromEntries(samples),
    against: [],
    // One in a lifetime of an hour, of which 70 to 75 % pass before it is renewed.
    goals: [{ of: 'broker', atMost: 2 }],
  }
}

function write(results: readonly Result[]): void {
  // How long a run took is another each time, and no result.
  const lasting = results.map(({ seconds: _, ...result }) => result)
  const lines = lasting.map((each) => JSON.stringify(each)).join(',\n')
  writeFileSync(`${import.meta.dirname}/results/fleet-simulation.json`, `[\n${lines}\n]\n`)
  const docs = `${import.meta.dirname}/../docs`
  for (const [name, svg] of plots(results)) writeFileSync(`${docs}/${name}`, svg)
  const page = readFileSync(`${docs}/fleet.md`, 'utf8')
  writeFileSync(`${docs}/fleet.md`, fill(page, 'fleet', tables(results).trim()))
}
