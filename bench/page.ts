// docs/performance.md, and what the README quotes of it: the words are written by hand, and what was measured stands between
// `<!-- bench NAME -->` and `<!-- end -->`, put there from bench/results/.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from './bench.ts'
import { names } from './benches.ts'
import { fill } from './place.ts'
import { chart } from './plots.ts'
import { goals, section } from './report.ts'
import { summary } from './summary.ts'

const ROOT = join(import.meta.dirname, '..')
const PAGE = join(ROOT, 'docs/performance.md')
const README = join(ROOT, 'README.md')

/** Writes the page and its plots anew. */
export function writePage(): void {
  const results = readResults()
  writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), results))
  writeFileSync(README, readmeWith(readFileSync(README, 'utf8'), results))
  for (const [name, svg] of chart(results)) writeFileSync(join(ROOT, 'docs', name), svg)
}

/** The page with these results in the place of others. @throws where a bench has no place in it */
export function pageWith(page: string, results: readonly Result[]): string {
  const withGoals = fill(page, 'goals', goals(results))
  return results.reduce((filled, each) => fill(filled, each.name, section(each)), withGoals)
}

/** The README with what it quotes of these results. @throws where they lack it */
export function readmeWith(readme: string, results: readonly Result[]): string {
  return fill(readme, 'summary', summary(results))
}

/** What was found when each was last run. */
export function readResults(): Result[] {
  return names
    .map((name) => join(import.meta.dirname, 'results', `${name}.json`))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
}
