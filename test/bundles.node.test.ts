// What an application pays for, minified and gzipped: before its first call the static import graph, and in all what is
// loaded on demand besides (the rules of the input and the signature, what a reply needs; of a source, minting, sealing
// and sending with a token).

import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

interface ImportGraph {
  /** Of all its chunks, gzipped one by one as they are served. */
  readonly bytes: number
  /** The files that it is made of. */
  readonly files: readonly string[]
}

interface Bundle {
  /** The entry and what it imports statically. */
  readonly entry: ImportGraph
  /** That, and what is loaded on demand. */
  readonly total: ImportGraph
}

/** A program that re-exports these names. */
async function bundle(names: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export ${names} from './src/index.ts'`, resolveDir: root, sourcefile: 'entry.ts' },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    external: ['cloudflare:workers'],
    outdir: 'out',
    write: false,
    metafile: true,
    absWorkingDir: root,
  })
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'entry.ts')?.[0]
  const graph = (kinds: readonly string[]): ImportGraph => {
    const chunks = new Set(entry === undefined ? [] : [entry])
    // A set gives what is added while it is walked through.
    for (const chunk of chunks) {
      for (const { path, kind } of metafile.outputs[chunk]?.imports ?? []) {
        if (kinds.includes(kind)) chunks.add(path)
      }
    }
    const sizes = outputFiles
      .filter(({ path }) => [...chunks].some((chunk) => path === join(root, chunk)))
      .map(({ contents }) => gzipSync(contents, { level: 9 }).length)
    expect(sizes).toHaveLength(chunks.size)
    return {
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      files: [...chunks].flatMap((chunk) => Object.keys(metafile.outputs[chunk]?.inputs ?? {})),
    }
  }
  return { entry: graph(['import-statement']), total: graph(['import-statement', 'dynamic-import']) }
}

const client = await bundle('{ StsClient }')

test('the client alone weighs at most 8.5 KB before its first call, and 30 KB in all', () => {
  expect(client.entry.bytes).toBeGreaterThan(6000)
  expect(client.entry.bytes).toBeLessThanOrEqual(8500)
  expect(client.total.bytes).toBeGreaterThan(25_000)
  expect(client.total.bytes).toBeLessThanOrEqual(30_000)
})

// Three quarters of it are valibot and the rules of the input, by which the options are checked when a source is made.
describe('more than the client alone, and no byte more than is said here', () => {
  test.each([
    ['{ StsClient, createTokenSource }', 4640],
    ['{ StsClient, createTokenSource, withWebIdentity }', 5200],
    ['{ StsClient, createTokenSource, createTokenSources }', 5060],
    // Among them the guards of the errors, with some 400 bytes.
    ['*', 6080],
  ])('weighs %s: at most %d bytes', async (names, most) => {
    const { entry } = await bundle(names)
    expect(entry.bytes - client.entry.bytes).toBeGreaterThan(500)
    expect(entry.bytes - client.entry.bytes).toBeLessThanOrEqual(most)
  })
})

test('no XML parser, no signer and no jose is in front of the first request', async () => {
  const { entry } = await bundle('*')
  expect(entry.files).toContain('src/token-source/with-web-identity.ts')
  expect(entry.files).toContain('src/sts/client.ts')
  expect(entry.files.filter((file) => /node_modules\/(jose|@xmldom|aws4fetch)\//.test(file))).toEqual([])
  expect(client.entry.files.filter((file) => file.startsWith('node_modules/'))).toEqual([])
})

test('the client alone never loads what is not its own', () => {
  const strange = client.total.files.filter((file) => /node_modules\/jose\/|src\/token-source\//.test(file))
  expect(strange).toEqual([])
  expect(client.total.files).toContain('node_modules/@xmldom/xmldom/lib/sax.js')
  expect(client.total.files).not.toContain('node_modules/@xmldom/xmldom/lib/dom.js')
})

test('what only a request with a token needs is not there before it', async () => {
  const { entry } = await bundle('*')
  const late = ['minting', 'renewal', 'stored-origin', 'seal', 'send-with-token', 'redirect']
  expect(entry.files.filter((file) => late.some((name) => file === `src/token-source/${name}.ts`))).toEqual(
    [],
  )
})
