// How a command says that it can't do what it was asked for.

import { exitCodes } from './exit-code.ts'

/** One sentence for the person at the terminal, and exit code 1; an error that is no sentence for people is a defect. */
export class Complaint extends Error {
  /** The exit code to end with. */
  readonly exitCode: number = exitCodes.refused
  /** What went wrong, for a program. */
  readonly code: string = 'refused'

  override get name(): string {
    return 'Complaint'
  }
}

/** The line itself is wrong: exit code 2, and the sentence ends with where the command's options are told. */
export class UsageError extends Complaint {
  override readonly exitCode = exitCodes.usage
  override readonly code = 'usage'

  override get name(): string {
    return 'UsageError'
  }
}
