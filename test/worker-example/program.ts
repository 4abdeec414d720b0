// A program of worker-example/ as a process: what it prints, how it ends, and what it leaves.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, type TestContext, vi } from 'vitest'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A program in a process group of its own, so that whatever it starts can be found. */
export interface Program {
  readonly child: ChildProcess
  /** What it printed so far. */
  readonly printed: { text: string }
  readonly ended: Promise<unknown[]>
}

export function start(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  arguments_: string[],
  { command = process.execPath, env = {} } = {},
): Program {
  const child = spawn(command, arguments_, {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, FORCE_COLOR: undefined, ...env },
  })
  const printed = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed.text += chunk
    })
  }
  const program = { child, printed, ended: once(child, 'close') }
  onTestFinished(() => killGroup(program))
  return program
}

// For a test that failed: one that passed has left nothing.
function killGroup({ child }: Program): void {
  try {
    process.kill(-Number(child.pid), 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits until it says that it is. */
export async function isUp({ printed, ended }: Program): Promise<void> {
  const early = ended.then(() => Promise.reject(new Error(`It ended early:\n${printed.text}`)))
  const up = vi.waitFor(() => expect(printed.text).toContain('Ctrl-C ends it'), {
    timeout: 80_000,
    interval: 20,
  })
  await Promise.race([up, early])
}

/** The processes of its group. */
export function processesOf({ child }: Program): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // After the name in brackets: state, parent, process group.
        const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
        return Number(group) === child.pid && state !== 'Z'
          ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
          : []
      } catch {
        return [] // it has ended meanwhile
      }
    })
}

export async function leavesNothing(program: Program): Promise<void> {
  await vi.waitFor(() => expect(processesOf(program)).toEqual([]), { timeout: 10_000, interval: 20 })
}
