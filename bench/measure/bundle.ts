// What a bundler makes of a program, to be run: with code splitting, minified, as its users do it.

import { type BuildOptions, build } from 'esbuild'

const PLATFORMS = {
  workerd: { conditions: ['workerd', 'worker', 'browser'], target: 'es2022' },
  // What can be shaken, as AWS advises for its SDK; esbuild would take CommonJS for Node.js.
  node: { platform: 'node', mainFields: ['module', 'main'], target: 'node24' },
} as const satisfies Record<string, BuildOptions>

/**
 * Gives the texts of modules by their names: first the entry, and then what it loads.
 *
 * @param folder from where its imports are looked up
 */
export async function bundleInChunks(
  code: string,
  folder: string,
  platform: keyof typeof PLATFORMS,
): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    ...PLATFORMS[platform],
    stdin: { contents: code, sourcefile: 'entry.ts', resolveDir: folder },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    external: ['cloudflare:*', 'node:*'],
    // Node.js takes these for modules in whichever folder.
    outExtension: { '.js': '.mjs' },
    outdir: '/out',
    entryNames: 'entry',
    chunkNames: '[hash]',
    write: false,
    logLevel: 'error',
  })
  const named = outputFiles.map(({ path, text }) => [path.slice('/out/'.length), text] as const)
  return new Map(named.toSorted(([name]) => (name === 'entry.mjs' ? -1 : 1)))
}
