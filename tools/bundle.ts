// What a bundler makes of a few imports: the chunks that are loaded at once, those that wait for an `import()`, and
// what each weighs as it is served.

import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { PACKAGE } from './subpaths.ts'

export interface Bundle {
  /** The entry and what it imports statically. */
  readonly atOnce: Part
  /** What is loaded on demand. */
  readonly late: Part
  /** The names that the entry exports. */
  readonly names: readonly string[]
  /** The modules of the platform that it imports, such as `node:http`, at once or late. */
  readonly platformModules: readonly string[]
}

export interface Part {
  /** Of all its chunks, minified and gzipped one by one, as they are served. */
  readonly bytes: number
  /** The same by brotli. It takes long, and is done where it is read. */
  readonly brotliBytes: number
  /** The files that it is made of, from the folder of the bundle. */
  readonly files: readonly string[]
}

/**
 * @param code the program
 * @param folder where it stands, and from where its imports are looked up
 * @param conditions of `exports`; what esbuild takes for browsers when absent
 */
export async function bundle(code: string, folder: string, conditions?: readonly string[]): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, sourcefile: 'entry.ts' },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    external: ['cloudflare:*', 'node:*'],
    outdir: 'out',
    write: false,
    metafile: true,
    absWorkingDir: folder,
    logLevel: 'silent',
    ...(conditions && { platform: 'neutral', mainFields: ['module', 'main'], conditions: [...conditions] }),
  })
  const { outputs } = metafile
  const entry = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === 'entry.ts')
  if (entry === undefined) throw new Error('esbuild names no entry.')
  const [entryFile, { exports: names }] = entry
  const reached = (isFollowed: (kind: string) => boolean): Set<string> => {
    const chunks = new Set([entryFile])
    // A set gives what is added while it is walked through.
    for (const chunk of chunks) {
      for (const { path, kind, external } of outputs[chunk]?.imports ?? []) {
        if (external !== true && isFollowed(kind)) chunks.add(path)
      }
    }
    return chunks
  }
  const atOnce = reached((kind) => kind === 'import-statement')
  // Not whatever esbuild writes: it makes a chunk of each `import()` that it read, of code that it then dropped, too.
  const all = reached(() => true)
  const partOf = (some: readonly string[]): Part => {
    const chunks = outputFiles
      .filter(({ path }) => some.some((chunk) => path === join(folder, chunk)))
      .map(({ contents }) => contents)
    return {
      bytes: sum(chunks.map(gzipped)),
      get brotliBytes() {
        return sum(chunks.map(brotlied))
      },
      files: some.flatMap((chunk) => Object.keys(outputs[chunk]?.inputs ?? {})),
    }
  }
  const platformModules = [...all]
    .flatMap((chunk) => outputs[chunk]?.imports ?? [])
    .filter(({ external }) => external === true)
    .map(({ path }) => path)

  return {
    atOnce: partOf([...atOnce]),
    late: partOf([...all].filter((chunk) => !atOnce.has(chunk))),
    names,
    platformModules: [...new Set(platformModules)].sort(),
  }
}

/** What it weighs as it is served. */
export function gzipped(contents: Uint8Array): number {
  return gzipSync(contents, { level: 9 }).length
}

/** The same by brotli, at its best, as one does it ahead of time. */
export function brotlied(contents: Uint8Array): number {
  return brotliCompressSync(contents).length
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

/** The packages of npm that files are of, but for this one. */
export function packagesOf({ files }: Pick<Part, 'files'>): string[] {
  const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
  const others = names.filter((name) => name !== undefined).filter((name) => name !== PACKAGE)
  return [...new Set(others)].sort()
}
