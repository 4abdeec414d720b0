// What a program that only mints weighs, by each bundler: what is loaded before it runs, and all of it.

import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { init, parse } from 'es-module-lexer'
import {
  type Bundler,
  esbuildSplit,
  esbuildWhole,
  rolldownSplit,
  rollupSplit,
  viteSplit,
  webpackSplit,
  wrangler,
} from './bundles.ts'

export interface Weight {
  readonly bundler: string
  /** In bytes, compressed by gzip; nothing where all is one file. */
  readonly entry: number | undefined
  readonly total: number
  readonly isTooHeavy: boolean
}

const LIMITS = { entry: 9 * 1024, total: 39 * 1024 }

const bundlers: Readonly<Record<string, Bundler>> = {
  'esbuild, with splitting': esbuildSplit,
  rollup: rollupSplit,
  rolldown: rolldownSplit,
  webpack: webpackSplit,
  vite: viteSplit,
  'esbuild, one file': esbuildWhole,
  wrangler,
}

export async function weigh(folder: string): Promise<readonly Weight[]> {
  await init
  const weights: Weight[] = []
  for (const [bundler, bundle] of Object.entries(bundlers)) {
    const out = `weigh-${bundler.replaceAll(/\W+/g, '-')}`
    const file = await bundle({ folder, entry: 'mint.js', out })
    const files = await loaded(file, ['static', 'reexport-star', 'dynamic'])
    const total = await sizeOf(files)
    const isSplit = files.size > 1
    const entry = isSplit ? await sizeOf(await loaded(file, ['static', 'reexport-star'])) : undefined
    const isTooHeavy = total > LIMITS.total || (entry ?? 0) > LIMITS.entry
    weights.push({ bundler, entry, total, isTooHeavy })
  }
  return weights
}

async function sizeOf(files: Iterable<string>): Promise<number> {
  let size = 0
  for (const file of files) size += gzipSync(await readFile(file), { level: 9 }).length
  return size
}

/** A module, and all that it imports in these ways. */
async function loaded(entry: string, ways: readonly string[]): Promise<ReadonlySet<string>> {
  const files = new Set([entry])
  // A set gives what is added while it is walked through.
  for (const file of files) {
    const [imports] = parse(await readFile(file, 'utf8'))
    for (const { type, specifier } of imports) {
      if (ways.includes(type) && specifier?.startsWith('.')) files.add(join(dirname(file), specifier))
    }
  }
  return files
}
