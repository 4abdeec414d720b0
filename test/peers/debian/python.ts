// A Python of Debian's that lives through a whole test file and is asked by lines of JSON, since starting one and
// importing boto3 takes as long as a hundred calls.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Python {
  /** What the script answers to that line. */
  ask(question: object): Promise<unknown>
  end(): Promise<void>
}

/** @param script a file beside this one @param env all of its environment */
export function startPython(script: string, env: Readonly<Record<string, string>>): Python {
  const file = join(import.meta.dirname, script)
  const child = spawn('/usr/bin/python3', ['-B', file], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  // A script that died is told by the answer that does not come, not by the question that nobody took.
  child.stdin.on('error', () => {})
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const line = await lines.next()
      if (line.done) throw new Error(`${script} ended without an answer`)
      return JSON.parse(line.value)
    },
    async end() {
      child.stdin.end()
      await exit
    },
  }
}
