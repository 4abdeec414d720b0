// Runs `aws-web-identity` as a person does: a process of its own, from what `npm run build` made.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, onTestFinished, vi } from 'vitest'

const main = join(import.meta.dirname, '../../dist/cli/main.js')
// A process takes a third of a second to begin, and many times that on a machine that is busy.
vi.setConfig({ testTimeout: 60_000 })

const children = new Set<ChildProcess>()

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

export interface Run {
  readonly pid: number
  /** What it wrote so far. */
  readonly out: string
  readonly err: string
  /** Waits until what it wrote to stdout matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** The same of stderr. */
  untilTold(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** @param input what comes by its stdin, which stays open without */
export function run(args: readonly string[], env: Record<string, string> = {}, input?: string): Run {
  const { FORCE_COLOR: _, NO_COLOR: __, ...inherited } = process.env
  const child = spawn(process.execPath, [main, ...args], { env: { ...inherited, ...env } })
  children.add(child)
  // Who has read enough, or is wrong about its options, reads no further.
  child.stdin.on('error', () => {})
  if (input !== undefined) child.stdin.end(input)
  const text = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.err += chunk
  })
  const exited = once(child, 'close').then(([code, signal]) => {
    children.delete(child)
    return { code, signal }
  })
  async function arrival(name: 'out' | 'err', pattern: RegExp): Promise<RegExpExecArray> {
    const stream = name === 'out' ? child.stdout : child.stderr
    const ended = exited.then(() => 'ended')
    for (;;) {
      const found = pattern.exec(text[name])
      if (found !== null) return found
      const next = await Promise.race([once(stream, 'data'), ended])
      if (next === 'ended' && !pattern.test(text[name])) throw new Error(`It ended: ${text.out}${text.err}`)
    }
  }
  return {
    pid: child.pid ?? 0,
    get out() {
      return text.out
    },
    get err() {
      return text.err
    },
    until: (pattern) => arrival('out', pattern),
    untilTold: (pattern) => arrival('err', pattern),
    kill: (signal) => child.kill(signal),
    exited,
  }
}

/** What a run that ends by itself wrote. */
export async function finished(args: readonly string[], env?: Record<string, string>, input?: string) {
  const ended = run(args, env, input)
  const { code } = await ended.exited
  return { code, out: ended.out, err: ended.err }
}

/** A directory of the test's own. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'aws-web-identity-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A file with that text. */
export function temporaryFile(name: string, text: string | Uint8Array): string {
  const file = join(temporaryDirectory(), name)
  writeFileSync(file, text)
  return file
}
