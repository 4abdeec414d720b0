// Runs the command line in a pseudo-terminal, as a person sees it.

import { join } from 'node:path'
import { type IPty, spawn } from '@lydell/node-pty'
import { afterEach } from 'vitest'

const main = join(import.meta.dirname, '../../dist/cli/main.js')

const terminals = new Set<IPty>()

afterEach(() => {
  for (const terminal of terminals) terminal.kill('SIGKILL')
  terminals.clear()
})

export interface Session {
  /** What the terminal was sent so far: stdout and stderr are one there. */
  readonly seen: string
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** What the person types; `\r` is the key of a new line, `\u{3}` Ctrl-C, `\u{4}` Ctrl-D. */
  type(keys: string): void
  kill(signal: NodeJS.Signals): void
  readonly exited: Promise<{ code: number; signal: number | undefined }>
}

/** @param columns of the terminal */
export function inTerminal(
  args: readonly string[],
  env: Record<string, string> = {},
  columns = 100,
): Session {
  const { FORCE_COLOR: _, NO_COLOR: __, ...inherited } = process.env
  const terminal = spawn(process.execPath, [main, ...args], {
    env: { ...inherited, TERM: 'xterm-256color', ...env },
    cols: columns,
  })
  terminals.add(terminal)
  let seen = ''
  let arrived = () => {}
  let isOver = false
  terminal.onData((text) => {
    seen += text
    arrived()
  })
  const exited = new Promise<{ code: number; signal: number | undefined }>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      terminals.delete(terminal)
      isOver = true
      resolve({ code: exitCode, signal: signal === 0 ? undefined : signal })
      arrived()
    })
  })
  return {
    get seen() {
      return seen
    },
    async until(pattern) {
      for (;;) {
        const found = pattern.exec(seen)
        if (found !== null) return found
        if (isOver) throw new Error(`It ended: ${seen}`)
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
    type: (keys) => terminal.write(keys),
    kill: (signal) => terminal.kill(signal),
    exited,
  }
}
