// docs/runtimes.md: what holds in which runtime, as the last run saw it.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Row } from './judge.ts'
import { capabilities } from './sentence.ts'
import type { Weight } from './weigh.ts'

const FILE = join(import.meta.dirname, '../../docs/runtimes.md')
const BEGIN = '<!-- written by npm run test:runtimes -->'
const END = '<!-- until here -->'

/** Puts the tables between the marks, and leaves the rest of the page as it is. */
export async function writeTable(rows: readonly Row[], weights: readonly Weight[]): Promise<void> {
  const page = await readFile(FILE, 'utf8')
  const [before = '', rest = ''] = page.split(BEGIN)
  const [, after = ''] = rest.split(END)
  const tables = [rowsOf(rows), differencesOf(rows), weightsOf(weights)].join('\n\n')
  await writeFile(FILE, `${before}${BEGIN}\n\n${tables}\n\n${END}${after}`)
}

/** Says in what the page differs from what was seen; versions and weights may. */
export async function compareTable(rows: readonly Row[]): Promise<string | undefined> {
  const written = withoutVersions(await readFile(FILE, 'utf8'))
  const seen = `${withoutVersions(rowsOf(rows))}\n\n${differencesOf(rows)}`
  // A line that only begins as it should is another.
  if (`\n${written}\n`.includes(`\n${seen}\n`)) return undefined
  const missing = seen.split('\n').find((line) => !written.includes(line))
  return `it does not say: ${missing ?? 'its rows in this order'}`
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function rowsOf(rows: readonly Row[]): string {
  const heads = ['Runtime', 'Version', ...capabilities, 'Passed']
  return [line(heads), line(heads.map(() => '---')), ...rows.map((row) => line(cellsOf(row)))].join('\n')
}

function cellsOf({ name, version, results }: Row): string[] {
  const marks = capabilities.map((capability) => {
    const all = results.filter((result) => result.capability === capability)
    const holding = all.filter(({ failure }) => failure === undefined)
    if (all.length === 0) return '–'
    return all.length === holding.length ? '✓' : `${holding.length} of ${all.length}`
  })
  const passed = results.filter(({ failure }) => failure === undefined).length
  return [name, version, ...marks, passed === results.length ? `${passed}` : `${passed} of ${results.length}`]
}

const withoutVersions = (text: string) => text.replaceAll(/^(\| [^|]+ \|) [\d.]+ \|/gm, '$1')

function differencesOf(rows: readonly Row[]): string {
  const different = rows.filter(({ differs }) => differs !== '')
  return [
    'What is different there:',
    '',
    ...different.map(({ name, differs }) => `- ${name}: ${differs}`),
  ].join('\n')
}

function weightsOf(weights: readonly Weight[]): string {
  const kilobytes = (bytes: number | undefined) =>
    bytes === undefined ? 'one file' : `${(bytes / 1024).toFixed(1)} KB`
  const heads = ['A bundle that only mints', 'before it runs', 'all of it']
  return [
    line(heads),
    line(heads.map(() => '---')),
    ...weights.map(({ bundler, entry, total }) => line([bundler, kilobytes(entry), kilobytes(total)])),
  ].join('\n')
}
