// The programs that test/package/package.json brings, and how they are run.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const modules = join(import.meta.dirname, 'node_modules')

export interface Outcome {
  readonly exitCode: number
  readonly output: string
}

/** A folder of the tools' own `node_modules`. */
export function tool(...path: string[]): string {
  return join(modules, ...path)
}

/** Runs a program to its end; one that fails is an outcome as well. */
export async function outcomeOf(file: string, options: readonly string[], cwd: string): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(file, options, { cwd, env: plain, maxBuffer: 2 ** 24 })
    return { exitCode: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = Object(error)
    if (typeof code !== 'number') throw error
    return { exitCode: code, output: stdout + stderr }
  }
}

// What runs under vitest would else colour its words, and take the options of this npm for its own.
const plain = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST)/.test(name))),
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
}
