// Runs a program to its end and tells all that a person at a terminal would see.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** @param env all of its environment */
export async function run(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  // The time limit ends the process by its id.
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
  const [stdout, stderr, [exitCode, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (signal !== null) throw new Error(`${program} was ended by ${signal}: ${stderr}`)
  return { stdout, stderr, exitCode }
}
