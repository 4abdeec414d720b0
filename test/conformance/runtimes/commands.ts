// Runtimes that are started as a command: Node, Deno and Bun.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Lab } from '../lab.ts'
import type { Packed } from '../packed.ts'
import { DEVELOPER } from '../principals.ts'
import type { Place } from '../sentence.ts'
import type { Report } from '../suite.ts'
import { placeOf, type Runtime } from './runtime.ts'

const exec = promisify(execFile)
const modules = join(import.meta.dirname, '../node_modules')
const repositoryModules = join(import.meta.dirname, '../../../node_modules')

/** How long a process may live: the suite, and nothing that keeps it alive afterwards. */
const PATIENCE = 240_000

interface Command {
  readonly name: string
  readonly differs?: string
  readonly file: string
  /** What stands on the command line before the place: the program, as it is, when absent. */
  readonly line?: (packed: Packed, lab: Lab) => readonly string[] | Promise<readonly string[]>
  readonly place?: Partial<Place>
}

const plain = ({ folder }: Packed) => [join(folder, 'command.js')]

export function command({ name, differs = '', file, line = plain, place }: Command): Runtime {
  return {
    name,
    differs,
    async run(packed, lab) {
      const told = JSON.stringify(placeOf(lab, { hasVariables: true, ...place }))
      const env = {
        PATH: process.env['PATH'],
        HOME: packed.folder,
        AWS_ACCESS_KEY_ID: DEVELOPER.accessKeyId,
        AWS_SECRET_ACCESS_KEY: DEVELOPER.secretAccessKey,
        NO_COLOR: '1',
      }
      const settings = { cwd: packed.folder, env, maxBuffer: 1e9, timeout: PATIENCE }
      // A process that does not end by itself is killed, which is an error.
      const { stdout, stderr } = await exec(file, [...(await line(packed, lab)), told], settings)
      return { version: await versionOf(file), ...read(stdout, stderr) }
    },
  }
}

function read(stdout: string, stderr: string): { report: Report; log: string } {
  const line = stdout.split('\n').find((each) => each.startsWith('REPORT '))
  if (line === undefined) throw new Error(`There is no report: ${stdout.slice(-2000)} ${stderr.slice(-2000)}`)
  // It is what programs/command.js prints.
  return { report: JSON.parse(line.slice(7)) as Report, log: stdout.replace(line, '') + stderr }
}

async function versionOf(file: string): Promise<string> {
  const { stdout } = await exec(file, ['--version'])
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout.trim()
}

export const node = (major: number): string => join(modules, `node-${major}/bin/node`)

export const deno = join(repositoryModules, '.bin/deno')
export const bun = join(repositoryModules, '.bin/bun')
