// What the README quotes of the results: ratios alone, as a figure is another on each machine.

import type { Result } from './bench.ts'
import { ratio } from './measure/comparison.ts'
import { digits, table } from './report.ts'

interface Quoted {
  readonly what: string
  /** Where it stands in the results: the title of a comparison, and two of its contestants. */
  readonly title: string
  readonly of: string
  readonly against: string
}

const QUOTED: readonly Quoted[] = [
  { what: 'a bundle that only mints, all of it', title: 'A bundle that only mints, gzip', of: 'ours, all', against: 'AWS SDK, all' },
]

/** @throws where the results do not have what is quoted */
export function summary(results: readonly Result[]): string {
  const comparisons = results
    .flatMap(({ measurements }) => measurements)
    .filter((each) => each.kind === 'comparison')
  const rows = QUOTED.map(({ what, title, of, against }) => {
    const comparison = comparisons.find((each) => each.title === title)
    if (comparison === undefined) throw new Error(`No bench measures “${title}”`)
    return [what, digits(ratio(comparison.samples, of, against).median), against]
  })
  return table(['', 'ours', 'of'], rows)
}
