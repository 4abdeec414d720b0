// The program of a cold start: one token, and what it took.

import { writeSync } from 'node:fs'
import { callerOf } from '../contestants/mint/environment.ts'
import type { Connect } from '../contestants/mint/mint.ts'

/** What it says in the end. */
export interface FirstToken {
  readonly token: string
  /** Of the process since it began, user and system, in µs. */
  readonly cpu: number
}

export async function run(connect: Connect): Promise<void> {
  const token = await connect(callerOf(process.env))()
  const { user, system } = process.cpuUsage()
  const said: FirstToken = { token, cpu: user + system }
  writeSync(1, `${JSON.stringify(said)}\n`)
}
