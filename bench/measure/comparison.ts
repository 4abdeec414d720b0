// Contestants that are measured in turn, in one run, so that a machine that grows slow or warm does so for all of them.

import { type Estimate, estimate } from './statistics.ts'

/** Each measures once and gives the figure, or several that belong together. */
export type Contestants<Figure = number> = Readonly<Record<string, () => Promise<Figure>>>

/** What each gave, round by round; a single figure is a count, and exact. */
export type Samples<Figure = number> = Readonly<Record<string, readonly Figure[]>>

export interface Comparison {
  readonly kind: 'comparison'
  readonly title: string
  /** Such as `µs`. */
  readonly unit: string
  readonly samples: Samples
  /** Contestants to which the others are set in proportion. */
  readonly against: readonly string[]
  readonly goals: readonly Goal[]
}

/** A limit of the figure of one, or of its ratio to another's. */
export interface Goal {
  readonly of: string
  readonly against?: string
  readonly atMost?: number
  readonly atLeast?: number
}

/** What became of a goal. */
export interface Verdict {
  readonly goal: Goal
  readonly found: Estimate
  readonly isKept: boolean
  /** The interval holds the limit: another run might say otherwise. What is exact has no noise. */
  readonly isWithinNoise: boolean
}

/**
 * Measures each once a round: A B C, B C A, C A B …
 *
 * @param rounds that count; one before them does not
 */
export async function inTurn<Figure>(
  contestants: Contestants<Figure>,
  rounds: number,
): Promise<Samples<Figure>> {
  const entries = Object.entries(contestants)
  const samples = Object.fromEntries(entries.map(([name]): [string, Figure[]] => [name, []]))
  for (let round = -1; round < rounds; round += 1) {
    // Whoever comes first pays for what the others left: each is first in its turn.
    const first = (round + 1) % entries.length
    for (const [name, measure] of [...entries.slice(first), ...entries.slice(0, first)]) {
      const figure = await measure()
      if (round >= 0) samples[name]?.push(figure)
    }
  }
  return samples
}

/** One figure of several. */
export function pick<Figure>(samples: Samples<Figure>, read: (figure: Figure) => number): Samples {
  return Object.fromEntries(Object.entries(samples).map(([name, figures]) => [name, figures.map(read)]))
}

/** The ratio of one to another, taken within each round, where both met the same machine. */
export function ratio(samples: Samples, of: string, against: string): Estimate {
  const [ours, theirs] = [samplesOf(samples, of), samplesOf(samples, against)]
  return estimate(ours.map((figure, round) => figure / (theirs[round] ?? Number.NaN)))
}

export function samplesOf(samples: Samples, name: string): readonly number[] {
  const found = samples[name]
  if (found === undefined) throw new Error(`Nobody is called ${name}`)
  return found
}

export function verdict({ samples }: Comparison, goal: Goal): Verdict {
  const { of, against, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = goal
  const found = against === undefined ? estimate(samplesOf(samples, of)) : ratio(samples, of, against)
  const { median, low, high } = found
  return {
    goal,
    found,
    isKept: median <= atMost && median >= atLeast,
    isWithinNoise: low < high && [atMost, atLeast].some((limit) => low <= limit && limit <= high),
  }
}
