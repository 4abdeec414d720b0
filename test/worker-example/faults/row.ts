// A row of the table in docs/worker.md: what was seen, in words that are the same each time as long as it is the same.

import type { Snapshot } from '../../../worker-example/ledger/snapshot.ts'
import type { Seen } from './crowd.ts'

/** What one fault looked like. */
export interface Row {
  readonly fault: string
  /** Who asked for a token that the broker had. */
  readonly kept: string
  /** Who asked for one that had to be minted. */
  readonly fresh: string
  /** The longest that anybody waited. */
  readonly wait: string
  readonly requests: string
  readonly console: string
  readonly after: string
}

/** A fault, and what is to be done to see what it looks like. */
export interface Act<Stage> {
  readonly fault: string
  play(stage: Stage): Promise<Omit<Row, 'fault'>>
}

/** Where there is nothing to say. */
export const NONE = '–'
/** What the console shows of STS when nothing is wrong. */
export const WELL = 'STS is well'

/** How many got what. */
export function outcome({ tokens, problems }: Pick<Seen, 'tokens' | 'problems'>): string {
  const granted = tokens.filter((token) => token !== undefined)
  const theirs = `got theirs: ${count(new Set(granted).size, 'token')}`
  const parts = [
    ...(granted.length > 0 ? [[granted.length, theirs] as const] : []),
    ...[...problems].toSorted().map(([problem, times]) => [times, problem] as const),
  ]
  return parts.map(([times, what]) => `${times === tokens.length ? 'all ' : ''}${times} ${what}`).join('; ')
}

/** A time: below the bound it is the bound, else it is what it was. */
export function within(seconds: number, ...milliseconds: number[]): string {
  const longest = Math.max(...milliseconds)
  return longest < seconds * 1000 ? `${seconds} s` : `${(longest / 1000).toFixed(1)} s`
}

/** A number of requests for so many tokens: up to the bound it is the bound, else it is what it was. */
export function atMost(bound: number, requests: number, tokens = 10): string {
  return `${requests <= bound ? `at most ${bound}` : requests}, for ${tokens} tokens`
}

/** What the console shows of STS. */
export function stsIn({ sts: { failure, successAt = 0 } }: Snapshot): string {
  if (failure === undefined || failure.at <= successAt) return WELL
  return `\`${failure.code}\`${failure.remedy === undefined ? '' : ' and its remedy'}`
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
