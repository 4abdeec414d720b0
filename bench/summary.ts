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

const MINTS = 'A bundle that only mints, gzip'
const FIRST = 'First response of a fresh workerd, since it listens'

const QUOTED: readonly Quoted[] = [
  { what: 'bundle that only mints', title: MINTS, of: 'ours, all', against: 'AWS SDK, all' },
  {
    what: 'of it in front of the first call',
    title: MINTS,
    of: 'ours, at once',
    against: 'AWS SDK, at once',
  },
  { what: 'first token of a fresh Node.js process', title: 'Cold start', of: 'ours', against: 'AWS SDK' },
  { what: 'first token of a fresh workerd', title: FIRST, of: 'ours', against: 'raw' },
  { what: 'CPU of a mint', title: 'CPU of a mint, warm', of: 'ours', against: 'AWS SDK' },
  { what: 'verify a new token, RS256', title: 'Verify, RS256', of: 'ours, new', against: 'jose, new' },
  { what: 'verify a new token, ES384', title: 'Verify, ES384', of: 'ours, new', against: 'jose, new' },
  { what: 'verify it again', title: 'Verify, ES384', of: 'ours, repeated', against: 'jose, repeated' },
  { what: 'refuse one that has expired', title: 'Refuse, ES384, expired', of: 'ours', against: 'jose' },
]

/** @throws where the results do not have what is quoted */
export function summary(results: readonly Result[]): string {
  const comparisons = results
    .flatMap(({ measurements }) => measurements)
    .filter((each) => each.kind === 'comparison')
  const rows = QUOTED.map(({ what, title, of, against }) => {
    const comparison = comparisons.find((each) => each.title === title)
    if (comparison === undefined) throw new Error(`No bench measures “${title}”`)
    return [what, against.split(',')[0] ?? '', digits(ratio(comparison.samples, of, against).median)]
  })
  return table(['', 'beside', 'ours'], rows)
}
