// The table in docs/worker.md, between its two markers.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Row } from './row.ts'

const PAGE = join(import.meta.dirname, '../../../docs/worker.md')
const BEGIN = '<!-- faults: written by `npm run faults` -->'
const END = '<!-- /faults -->'

const HEAD: Row = {
  fault: 'the fault',
  kept: 'callers whose token was there',
  fresh: 'callers whose token had to be minted',
  wait: 'each had an answer within',
  requests: 'requests to STS',
  console: 'the console shows',
  after: 'afterwards',
}
const COLUMNS = Object.keys(HEAD) as (keyof Row)[] // as they are written above

/** The rows of the table as they stand there. */
export function rowsOfPage(): Row[] {
  const lines = partsOfPage().table.split('\n')
  return lines.slice(2).map((line) => {
    const cells = line.split('|').slice(1, -1)
    return Object.fromEntries(
      COLUMNS.map((column, index) => [column, cells[index]?.trim()]),
    ) as unknown as Row
  })
}

/** Puts these in the place of those that stand there. */
export function writePage(rows: readonly Row[]): void {
  const { before, after } = partsOfPage()
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${tableOf(rows)}\n\n${END}${after}`)
}

function partsOfPage() {
  const [before, rest, ...more] = readFileSync(PAGE, 'utf8').split(BEGIN)
  const [table, after, ...others] = rest?.split(END) ?? []
  if (before === undefined || table === undefined || after === undefined || more.length + others.length > 0) {
    throw new Error(`docs/worker.md must have ${BEGIN} and ${END}, once each and in this order.`)
  }
  return { before, table: table.trim(), after }
}

// In the columns that Biome would give it.
function tableOf(rows: readonly Row[]): string {
  const width = (column: keyof Row) => Math.max(...[HEAD, ...rows].map((row) => row[column].length))
  const line = (row: Row) => `| ${COLUMNS.map((column) => row[column].padEnd(width(column))).join(' | ')} |`
  const rule = `| ${COLUMNS.map((column) => '-'.repeat(width(column))).join(' | ')} |`
  return [line(HEAD), rule, ...rows.map(line)].join('\n')
}
