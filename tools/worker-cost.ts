// Writes the table of what a million tokens of the Worker cost between its markers in docs/worker.md, from the simulation's
// results; with --check it only tells, by its exit code, whether the table is what it would write.
//
// Prices (2026-11): https://developers.cloudflare.com/workers/platform/pricing/ and
// https://developers.cloudflare.com/durable-objects/platform/pricing/

import { readFileSync, writeFileSync } from 'node:fs'
import results from '../bench/results/fleet-simulation.json' with { type: 'json' }

const page = 'docs/worker.md'
const BEGIN = '<!-- cost: written by tools/worker-cost.ts -->'
const END = '<!-- /cost -->'

/** In dollars, each for a million. */
const PRICES = { workerRequest: 0.3, cpuMillisecond: 0.02, objectRequest: 0.15, gigabyteSecond: 12.5, row: 1 }

/** What one of them takes. The CPU time is twice what this Worker was measured to take; an object has 128 MB. */
const TAKES = {
  cpuMilliseconds: 1,
  objectSeconds: 0.01,
  objectGigabytes: 0.128,
  rowsOfLedger: 3,
  rowsOfBroker: 1,
}

/** The ledger is told so long after the first token that an isolate gives, in seconds. */
const GATHERING = 1

interface Row {
  readonly name: string
  readonly brokers: number
  readonly ledger: number
}

const before = readFileSync(page, 'utf8')
const [start, rest, ...more] = before.split(BEGIN)
const [, tail, ...others] = rest?.split(END) ?? []
if (start === undefined || tail === undefined || more.length + others.length > 0) {
  throw new Error(`${page} must have ${BEGIN} and ${END}, once each and in this order.`)
}
const after = `${start}${BEGIN}\n\n${table()}\n\n${END}${tail}`

if (!process.argv.includes('--check')) {
  writeFileSync(page, after)
} else if (after !== before) {
  process.stderr.write(`The table of costs in ${page} is stale: run \`node tools/worker-cost.ts\`.\n`)
  process.exitCode = 1
}

function table(): string {
  const head = [
    'a million tokens, of which each isolate gives',
    'requests to brokers',
    'to the ledger',
    'rows written',
    'objects’ time, GB-s',
    'dollars',
    'of it the ledger',
  ]
  const rows = [
    simulated('one in 100 s', 0.01, 3600),
    simulated('one in 10 s', 0.1, 3600),
    simulated('one in 10 s, tokens of 5 min', 0.1, 300),
    simulated('one a second', 1, 3600),
    // Beyond what was simulated: an isolate asks as often, and gives a hundred times as many.
    {
      ...simulated('', 1, 3600),
      name: '100 a second',
      brokers: simulated('', 1, 3600).brokers / 100,
      ledger: told(100),
    },
  ]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head),
    line(['---', ...head.slice(1).map(() => '---:')]),
    ...rows.map((row) => line(cellsOf(row))),
  ].join('\n')
}

function simulated(name: string, rate: number, durationSeconds: number): Row {
  const found = results.find(
    (result) =>
      result.scenario === 'calm' &&
      result.policy === 'broker' &&
      result.isolates === 10_000 &&
      result.rate === rate &&
      result.durationSeconds === durationSeconds,
  )
  if (found === undefined) throw new Error(`The simulation has no fleet of a caller in ${1 / rate} s.`)
  return { name, brokers: (found.broker.calls / found.callers) * 1e6, ledger: told(rate) }
}

// Callers come at random: after one who is told of, on average so many more come before it is told.
function told(rate: number): number {
  return 1e6 / (1 + rate * GATHERING)
}

function cellsOf({ name, brokers, ledger }: Row): string[] {
  const { cpuMilliseconds, rowsOfLedger, rowsOfBroker } = TAKES
  const ofLedger = objects(ledger, ledger * rowsOfLedger)
  const all =
    PRICES.workerRequest +
    cpuMilliseconds * PRICES.cpuMillisecond +
    objects(brokers, brokers * rowsOfBroker) +
    ofLedger
  const rows = ledger * rowsOfLedger + brokers * rowsOfBroker
  const counts = [brokers, ledger, rows, gigabyteSeconds(brokers + ledger)].map(rounded)
  return [name, ...counts, all.toFixed(2), ofLedger.toFixed(2)]
}

function objects(requests: number, rows: number): number {
  const time = gigabyteSeconds(requests) * PRICES.gigabyteSecond
  return (requests * PRICES.objectRequest + time + rows * PRICES.row) / 1e6
}

function gigabyteSeconds(requests: number): number {
  return requests * TAKES.objectSeconds * TAKES.objectGigabytes
}

function rounded(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString('en-US')
}
