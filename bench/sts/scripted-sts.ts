// An STS of a script of one line, in a process of its own: what it takes is nobody's who is measured.

import { join } from 'node:path'
import { startChild } from '../measure/child.ts'
import type { Seen } from './server.ts'

export interface Script {
  /** How long it takes to answer, in milliseconds, from the end of a request. */
  readonly delay: number
  /** How long its reply is, in bytes; as AWS's when absent. */
  readonly bytes?: number
}

export interface ScriptedSts {
  readonly endpoint: string
  /** @throws where it has not seen so many requests since it was last asked */
  expectRequests(wanted: number): Promise<Seen>
  end(): Promise<void>
}

export async function startScriptedSts({ delay, bytes }: Script): Promise<ScriptedSts> {
  const script = [delay, bytes].filter((each) => each !== undefined).map(String)
  const child = startChild([join(import.meta.dirname, 'server.ts'), ...script])
  // It says nothing else.
  const ask = async () => (await child.ask('What have you seen?')) as Seen
  const { endpoint } = await ask()
  return {
    endpoint,
    async expectRequests(wanted) {
      const seen = await ask()
      if (seen.requests !== wanted) throw new Error(`${seen.requests} requests, not ${wanted}`)
      return seen
    },
    end: () => child.end(),
  }
}
