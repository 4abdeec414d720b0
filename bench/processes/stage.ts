// Where contestants mint: each in a bundle, as a serverless function is, so that no layout of node_modules is what is
// measured, and a scripted STS for all of them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentFor } from '../contestants/mint/environment.ts'
import { bundleInChunks } from '../measure/bundle.ts'
import { type Script, type ScriptedSts, startScriptedSts } from '../sts/scripted-sts.ts'

const FILES = { ours: 'ours.ts', 'AWS SDK': 'aws-sdk.ts', raw: 'raw.ts' } as const
export type Contestant = keyof typeof FILES
export const CONTESTANTS = Object.keys(FILES) as readonly Contestant[]

export interface Stage extends Pick<ScriptedSts, 'expectRequests'> {
  /** The program of each. */
  readonly programs: Readonly<Record<Contestant, string>>
  /** What they are to have in their environment. */
  readonly env: Readonly<Record<string, string>>
  /** Where anything else may be put. */
  readonly folder: string
}

/** @param program a file of this folder that exports `run`, which is given the contestant's `connect` */
export async function onStage<Found>(
  program: 'first-token.ts' | 'many-tokens.ts',
  script: Script,
  work: (stage: Stage) => Promise<Found>,
): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const sts = await startScriptedSts(script)
  try {
    const programs = await programsIn(folder, program)
    const env = environmentFor(sts.endpoint)
    return await work({ programs, env, folder, expectRequests: sts.expectRequests })
  } finally {
    await sts.end()
    rmSync(folder, { recursive: true })
  }
}

async function programsIn(folder: string, program: string): Promise<Record<Contestant, string>> {
  const written = Object.entries(FILES).map(async ([name, file]) => [
    name,
    await write(join(folder, file), file, program),
  ])
  // The names are those of FILES.
  return Object.fromEntries(await Promise.all(written)) as Record<Contestant, string>
}

/** Gives the path of the entry. */
async function write(folder: string, contestant: string, program: string): Promise<string> {
  const code = `import { connect } from '../contestants/mint/${contestant}'
import { run } from './${program}'
await run(connect)`
  const modules = await bundleInChunks(code, import.meta.dirname, 'node')
  mkdirSync(folder)
  for (const [name, text] of modules) writeFileSync(join(folder, name), text)
  const [entry = ''] = modules.keys()
  return join(folder, entry)
}
