// Copies the examples into a folder of their own, as a newcomer does, and installs there the packed package and what
// they use beside it.

import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { installOwnPackages } from '../support/own-packages.ts'
import { installPacked } from '../support/packed.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the copies. */
    readonly examples: string
  }
}

const run = promisify(execFile)
const here = import.meta.dirname

/** Vitest's global setup. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await installOwnPackages(here)
  const folder = await mkdtemp(join(tmpdir(), 'aws-web-identity-examples-'))
  await copyModules(folder)
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await cp(join(here, file), join(folder, file))
  }
  await installPacked(folder)
  await cp(join(here, '../../examples'), folder, {
    recursive: true,
    filter: (path) => !/\/(?:node_modules|\.next|dist)$/.test(path),
  })
  for (const name of ['deno-script', 'deno-deploy']) await takeInstalled(join(folder, name, 'deno.json'))
  provide('examples', folder)
  return () => rm(folder, { recursive: true, force: true })
}

// Deno would ask the registry for the package; so it takes the one that is installed.
async function takeInstalled(file: string): Promise<void> {
  const settings = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify({ ...settings, nodeModulesDir: 'manual' }))
}

// Half a gigabyte: linked, file by file, where the disk and `cp` can.
async function copyModules(folder: string): Promise<void> {
  const [from, to] = [join(here, 'node_modules'), join(folder, 'node_modules')]
  await run('cp', ['-al', from, to]).catch(() => cp(from, to, { recursive: true, verbatimSymlinks: true }))
}
