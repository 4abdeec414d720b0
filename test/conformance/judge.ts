// What a runtime's report and console add up to.

import { SECRETS } from '../support/every-error.ts'
import type { Run, Runtime } from './runtimes/runtime.ts'
import { MARK } from './sentences/secrets.ts'
import type { Result } from './suite.ts'

export interface Row {
  readonly name: string
  readonly differs: string
  readonly version: string
  readonly results: readonly Result[]
}

/** The suite's own results, and what only shows from outside. */
export function judge({ name, differs }: Runtime, { version, report, log }: Run): Row {
  const unhandled: Result = {
    capability: 'tidy',
    name: 'no rejection went unhandled',
    ...(report.unhandled.length > 0 && { failure: report.unhandled.join('\n') }),
  }
  const results = [...report.results, unhandled]
  return { name, differs, version, results: log === undefined ? results : [...results, judgeConsole(log)] }
}

function judgeConsole(log: string): Result {
  const marks = log.split(MARK).length - 1
  const shown = SECRETS.filter((secret) => log.includes(secret)).length
  return {
    capability: 'secrets',
    name: 'the console shows every error and no secret',
    ...((marks !== 30 || shown > 0) && { failure: `It shows ${marks} errors and ${shown} secrets.` }),
  }
}
