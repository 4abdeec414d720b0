// Results as tables in Markdown.

import type { Result } from './run.ts'
import { MEANING, SCENARIOS } from './scenarios.ts'

const HEAD = [
  'isolates',
  'policy',
  'STS calls an hour',
  'a second, in the worst minute',
  'callers who waited',
  'p50',
  'p99',
  'p99.9',
  'failed calls',
]

export function tables(results: readonly Result[]): string {
  return SCENARIOS.flatMap((scenario) => {
    const rows = results.filter((each) => each.scenario === scenario)
    if (rows.length === 0) return []
    return [`\n**${scenario}**: ${MEANING[scenario]}\n\n${table(rows)}`]
  }).join('\n')
}

export function table(results: readonly Result[]): string {
  const lines = results.map((result) => [
    count(result.isolates) + variation(result),
    result.policy,
    bound(result) + count(result.stsCallsPerHour),
    bound(result) + count(result.peakStsCallsPerSecond),
    share(result.waited, result.callers),
    milliseconds(result.p50),
    milliseconds(result.p99),
    milliseconds(result.p999),
    result.failed === 0 ? '0' : `${count(result.failed)} (${share(result.failed, result.callers)})`,
  ])
  const rule = HEAD.map((_, column) => (column === 1 ? '---' : '---:'))
  return [HEAD, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

// What one isolate stores saves the others a mint, and of a sample it saves fewer.
function bound({ policy, isolates, simulated }: Result): string {
  return policy === 'memory + KV' && simulated < isolates ? '≤ ' : ''
}

export function count(value: number): string {
  return value.toLocaleString('en')
}

function variation({ rate, durationSeconds, isolateLifetimeSeconds }: Result): string {
  const told = []
  if (isolateLifetimeSeconds !== 1800) told.push(`which live ${isolateLifetimeSeconds / 60} min`)
  if (rate !== 0.1) told.push(`${rate}/s each`)
  if (durationSeconds !== 3600) told.push(`tokens of ${durationSeconds} s`)
  return told.length === 0 ? '' : `, ${told.join(', ')}`
}

export function share(part: number, whole: number): string {
  const percent = (part / whole) * 100
  if (percent === 0) return '0'
  return percent < 0.001 ? '< 0.001 %' : `${percent.toPrecision(2).replace('1.0e+2', '100')} %`
}

function milliseconds(value: number): string {
  return value < 1000 ? `${value} ms` : `${(value / 1000).toFixed(1)} s`
}
