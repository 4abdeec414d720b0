// What a runtime is to the suite: something that runs it, and says what is different there.

import type { Lab } from '../lab.ts'
import type { Packed } from '../packed.ts'
import { DEVELOPER } from '../principals.ts'
import type { Place } from '../sentence.ts'
import type { Report } from '../suite.ts'

export interface Runtime {
  /** As the row of docs/runtimes.md has it. */
  readonly name: string
  /** What is different there, in one sentence; empty where nothing is. */
  readonly differs: string
  run(packed: Packed, lab: Lab): Promise<Run>
}

export interface Run {
  readonly version: string
  readonly report: Report
  /** What the runtime's console showed, where it can be read. */
  readonly log?: string
}

/** What a runtime is told of the place where it runs. */
export function placeOf(lab: Lab, differences: Partial<Place> = {}): Place {
  return {
    lab: lab.url,
    otherOrigin: lab.otherOrigin,
    issuer: lab.issuer,
    credentials: DEVELOPER,
    isBrowser: false,
    isSecure: true,
    hasVariables: false,
    takesAnyPoint: false,
    ...differences,
  }
}
