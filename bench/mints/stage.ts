// Where contestants mint: each bundled as a serverless function is, so that no layout of node_modules is what is measured,
// and a scripted STS in a process of its own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Child, startChild } from '../measure/child.ts'
import type { Seen } from './sts.ts'

const FILES = { ours: 'ours', 'AWS SDK': 'aws-sdk', raw: 'raw' } as const
export type Contestant = keyof typeof FILES
export const CONTESTANTS = Object.keys(FILES) as readonly Contestant[]

export interface Stage {
  /** The program of each, with its folder, where anything else may be put. */
  readonly programs: Readonly<Record<Contestant, string>>
  readonly folder: string
  readonly endpoint: string
  /** @throws where the STS has not seen so many requests since it was last asked */
  expectRequests(wanted: number): Promise<Seen>
}

export interface Script {
  /** How long STS takes to answer, in milliseconds. */
  readonly delay: number
  /** How long its reply is; as AWS's when absent. */
  readonly bytes?: number
}

/** @param program exports `run`, which is given the contestant's `connect` */
export async function onStage<Found>(
  program: 'first-token' | 'many-tokens',
  { delay, bytes }: Script,
  work: (stage: Stage) => Promise<Found>,
): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const script = [delay, bytes].filter((each) => each !== undefined).map(String)
  const sts = startChild([join(import.meta.dirname, 'sts.ts'), ...script])
  try {
    const programs = await programsIn(folder, program)
    const { endpoint } = await ask(sts)
    const expectRequests = async (wanted: number) => {
      const seen = await ask(sts)
      if (seen.requests !== wanted) throw new Error(`${seen.requests} requests, not ${wanted}`)
      return seen
    }
    return await work({ programs, folder, endpoint, expectRequests })
  } finally {
    await sts.end()
    rmSync(folder, { recursive: true })
  }
}

async function ask(sts: Child): Promise<Seen> {
  return (await sts.ask('What have you seen?')) as Seen
}

async function programsIn(folder: string, program: string): Promise<Record<Contestant, string>> {
  const bundled = Object.entries(FILES).map(async ([name, file]) => [
    name,
    await bundle(file, program, join(folder, file)),
  ])
  // The names are those of FILES.
  return Object.fromEntries(await Promise.all(bundled)) as Record<Contestant, string>
}

async function bundle(contestant: string, program: string, outdir: string): Promise<string> {
  await build({
    stdin: {
      contents: `import { connect } from '../contestants/${contestant}.ts'
import { run } from './${program}.ts'
await run(connect)`,
      resolveDir: import.meta.dirname,
      sourcefile: 'program.ts',
    },
    bundle: true,
    minify: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // What can be shaken, as AWS advises for its SDK; esbuild would take CommonJS for Node.js.
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    outdir,
    entryNames: 'program',
    logLevel: 'error',
  })
  return join(outdir, 'program.mjs')
}
