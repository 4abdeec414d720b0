// The package as a user has it: packed, installed into an empty folder, and beside it the suite in one file.

import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { installPacked } from '../support/packed.ts'

const here = import.meta.dirname

/** The folder of a program that uses the package. */
export interface Packed {
  readonly folder: string
  remove(): Promise<void>
}

/** Packs what `npm run build` made, and installs it. */
export async function packAndInstall(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'aws-web-identity-conformance-'))
  await mkdir(join(folder, 'files'))
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  await installPacked(folder)
  await build({
    entryPoints: [join(here, 'suite.ts')],
    outfile: join(folder, 'suite.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
  })
  await cp(join(here, 'programs'), folder, { recursive: true })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
