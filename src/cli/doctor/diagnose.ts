// Goes through the steps: on past one that failed, but not to those that need what it did not find.

import { caller } from './caller.ts'
import { clock } from './clock.ts'
import { credentials } from './credentials.ts'
import { discovery } from './discovery.ts'
import { endpoint } from './endpoint.ts'
import { exchange } from './exchange.ts'
import { federation } from './federation.ts'
import type { Findings } from './findings.ts'
import { keys } from './keys.ts'
import { mint } from './mint.ts'
import { party } from './party.ts'
import { permission } from './permission.ts'
import type { Step, StepName, Told } from './step.ts'
import { verification } from './verification.ts'

export type Report = { readonly name: StepName } & (Told | { readonly result: 'not reached' })

export interface Asked {
  /** Whether a token is traded at the relying party. */
  readonly exchange: boolean
}

/** @param tell called with each report as it is there */
export async function diagnose(
  start: Findings,
  asked: Asked,
  tell: (report: Report) => void,
): Promise<readonly Report[]> {
  let findings = start
  const reports: Report[] = []
  for (const { name, needs, look } of stepsFor(start, asked)) {
    const isReached = needs.every((need) => findings[need] !== undefined)
    const { found, ...told } = isReached ? await look(findings) : notReached
    findings = { ...findings, ...found }
    const report = { name, ...told }
    reports.push(report)
    tell(report)
  }
  return reports
}

const notReached = { result: 'not reached', found: {} } as const

// The clock is compared with what the endpoint answers, and so comes behind it.
function stepsFor({ preset }: Findings, asked: Asked): readonly Step[] {
  return [
    credentials,
    endpoint,
    clock,
    caller,
    federation,
    permission,
    mint,
    discovery,
    keys,
    verification,
    ...(preset === undefined ? [] : [party]),
    ...(asked.exchange ? [exchange] : []),
  ]
}
