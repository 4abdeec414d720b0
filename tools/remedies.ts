// Writes the README's table of known refusals between its two markers, from the lists that make the errors'
// remedies; with --check it only tells, by its exit code, whether the table is what it would write.

import { readFileSync, writeFileSync } from 'node:fs'
import { IAM_MISTAKES } from '../src/iam/replies.ts'
import { COMMON_MISTAKES } from '../src/query/remedy.ts'
import { STS_MISTAKES } from '../src/sts/remedy.ts'

const readme = 'README.md'
const BEGIN = '<!-- remedies: written by tools/remedies.ts -->'
const END = '<!-- /remedies -->'

// Some remedies speak of the request: this is the one that the README says it is.
const EXAMPLE = { Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' }

const before = readFileSync(readme, 'utf8')
const [start, rest, ...more] = before.split(BEGIN)
const [, tail, ...others] = rest?.split(END) ?? []
if (start === undefined || tail === undefined || more.length + others.length > 0) {
  throw new Error(`README.md must have ${BEGIN} and ${END}, once each and in this order.`)
}
const after = `${start}${BEGIN}\n\n${table()}\n\n${END}${tail}`

if (!process.argv.includes('--check')) {
  writeFileSync(readme, after)
} else if (after !== before) {
  process.stderr.write('The table of refusals in README.md is stale: run `node tools/remedies.ts`.\n')
  process.exitCode = 1
}

// In the columns that Biome would give it.
function table(): string {
  const mistakes = [...STS_MISTAKES, ...COMMON_MISTAKES, ...IAM_MISTAKES]
  const rows = mistakes.map(({ code, when, remedy }) => [`\`${code}\``, when, shown(remedy(EXAMPLE))])
  const all = [['code', 'when', 'what to do'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = all
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

// A policy statement is code, and its `*` no emphasis.
function shown(remedy: string): string {
  return remedy.replace(/\{.*\}/, '`$&`').replaceAll('|', '\\|')
}
