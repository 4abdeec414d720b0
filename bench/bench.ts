// What a bench is and what it gives: values, so that all of them are run, printed, kept and drawn in one way.

import type { Comparison } from './measure/comparison.ts'
import type { Growth } from './measure/growth.ts'

export interface Bench {
  /** Sentences in Markdown: what is measured, and how. */
  readonly about: string
  /** @param quick as little as shows that it still runs: its figures are worth nothing */
  run(quick: boolean): Promise<readonly Measurement[]>
}

export type Measurement = Comparison | Growth

/** What a bench gave, as `results/NAME.json` keeps it. */
export interface Result {
  readonly name: string
  readonly about: string
  /** The day, as `2026-11-29`. */
  readonly day: string
  /** Processor, cores and system, in words. */
  readonly machine: string
  /** Of Node.js, of this package and of the peers. */
  readonly versions: Readonly<Record<string, string>>
  readonly measurements: readonly Measurement[]
}
