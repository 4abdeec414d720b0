// Processes of their own that measure.

import { type ChildProcess, type Serializable, spawn } from 'node:child_process'
import { once } from 'node:events'

type Environment = Readonly<Record<string, string>>

/**
 * Gives what it found: JSON, in the last line that it prints.
 *
 * @throws where it fails, with what it printed
 */
export async function runChild(arguments_: readonly string[], env: Environment = {}): Promise<unknown> {
  return (await timeChild(arguments_, env)).found
}

/** The same, with the milliseconds from its start to the first that it prints. */
export async function timeChild(
  arguments_: readonly string[],
  env: Environment = {},
): Promise<{ found: unknown; milliseconds: number }> {
  const began = performance.now()
  const child = spawn(process.execPath, arguments_, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  let printed = ''
  let milliseconds = Number.NaN
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (printed === '') milliseconds = performance.now() - began
    printed += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`node ${arguments_.join(' ')} ended with ${code}:\n${printed}`)
  return { found: JSON.parse(printed.trimEnd().split('\n').at(-1) ?? ''), milliseconds }
}

/** A process that answers each message by one, and ends when its channel is closed. */
export interface Child {
  /** One at a time. @throws where the process ends instead of an answer */
  ask(question: Serializable): Promise<unknown>
  end(): Promise<void>
}

export function startChild(arguments_: readonly string[], env: Environment = {}): Child {
  const child = spawn(process.execPath, arguments_, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  })
  const ended = once(child, 'exit')
  return {
    async ask(question) {
      child.send(question)
      return Promise.race([answerOf(child), ended.then(([code]) => fail(arguments_, code))])
    },
    async end() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = await once(child, 'message')
  return answer
}

function fail(arguments_: readonly string[], code: unknown): never {
  throw new Error(`node ${arguments_.join(' ')} ended with ${code}`)
}
