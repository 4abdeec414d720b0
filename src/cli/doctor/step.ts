// A step of the diagnosis: what it is called, what it must know beforehand, and how it looks.

import type { Findings } from './findings.ts'

export type StepName =
  | 'credentials'
  | 'endpoint'
  | 'clock'
  | 'caller'
  | 'federation'
  | 'permission'
  | 'mint'
  | 'discovery'
  | 'keys'
  | 'verification'
  | 'party'
  | 'exchange'

/** What came of a step, as it is told. */
export type Told = Healthy | Doubtful | Failed

/** The same, with what later steps may need, which may be secret. */
export type Outcome = Told & { readonly found?: Partial<Findings> }

interface Healthy {
  readonly result: 'ok'
  readonly fact: string
}

/** It could not be seen whether something is wrong; later steps will tell. */
interface Doubtful extends Remedy {
  readonly result: 'warning'
}

interface Failed extends Remedy {
  readonly result: 'failed'
  readonly exitCode: number
}

interface Remedy {
  /** A sentence, or several lines. */
  readonly cause: string
  /** A sentence. */
  readonly remedy: string
  /** To be pasted into a shell. */
  readonly command?: string | undefined
}

export interface Step {
  readonly name: StepName
  readonly needs: readonly (keyof Findings)[]
  readonly look: (found: Findings) => Promise<Outcome>
}

type Known<Need extends keyof Findings> = Findings & Required<Pick<Findings, Need>>

export function step<const Need extends keyof Findings>(
  name: StepName,
  needs: readonly Need[],
  look: (found: Known<Need>) => Promise<Outcome>,
): Step {
  // `diagnose` calls it only where all that it needs is there.
  return { name, needs, look: (found) => look(found as Known<Need>) }
}
