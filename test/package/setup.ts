// Packs the package once and installs it as a user does, without install scripts, for every test of the project
// `package`; and installs the tools that these tests need, where they are not there yet.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { installOwnPackages } from '../support/own-packages.ts'
import { installPacked, pack } from '../support/packed.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** What `npm pack` made. */
    tarball: string
    /** A folder whose `node_modules` hold the package and what it depends on, and nothing else. */
    installation: string
  }
}

/** Vitest's global setup. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await installOwnPackages(import.meta.dirname)
  const folder = await mkdtemp(join(tmpdir(), 'aws-web-identity-package-'))
  const installation = join(folder, 'application')
  await mkdir(installation)
  await writeFile(join(installation, 'package.json'), '{ "private": true, "type": "module" }')
  await installPacked(installation)
  provide('tarball', await pack(folder))
  provide('installation', installation)
  return () => rm(folder, { recursive: true, force: true })
}
