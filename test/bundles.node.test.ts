// What an application pays for before its first request: the static import graph, minified and gzipped. What is loaded
// on demand (the parser, minting, sealing, sending with a token) is no part of it.

import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

interface StaticGraph {
  /** Of all its chunks, gzipped one by one as they are served. */
  readonly bytes: number
  /** The files that it is made of. */
  readonly files: readonly string[]
}

/** The entry and what it imports statically, of a program that re-exports these names. */
async function staticGraph(names: string): Promise<StaticGraph> {
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
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'entry.ts')
  const chunks = new Set(entry === undefined ? [] : [entry[0]])
  // A set gives what is added while it is walked through.
  for (const chunk of chunks) {
    for (const { path, kind } of metafile.outputs[chunk]?.imports ?? []) {
      if (kind === 'import-statement') chunks.add(path)
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

const client = await staticGraph('{ StsClient }')

describe('more than the client alone, and no byte more than is said here', () => {
  test.each([
    ['{ StsClient, createTokenSource }', 1536],
    ['{ StsClient, createTokenSource, withWebIdentity }', 1600],
    ['{ StsClient, createTokenSource, createTokenSources }', 1536],
    // Among them the guards of the errors, with some 400 bytes.
    ['*', 2432],
  ])('weighs %s: at most %d bytes', async (names, most) => {
    const { bytes } = await staticGraph(names)
    expect(bytes - client.bytes).toBeGreaterThan(500)
    expect(bytes - client.bytes).toBeLessThanOrEqual(most)
  })
})

test('the client alone weighs at most 14,600 bytes', () => {
  expect(client.bytes).toBeGreaterThan(12_000)
  expect(client.bytes).toBeLessThanOrEqual(14_600)
})

test('no XML parser and no jose is in front of the first request', async () => {
  const { files } = await staticGraph('*')
  expect(files).toContain('src/token-source/with-web-identity.ts')
  expect(files).toContain('src/sts/client.ts')
  expect(files.filter((file) => /node_modules\/(jose|@xmldom)\//.test(file))).toEqual([])
})

test('what only a request with a token needs is not there before it', async () => {
  const { files } = await staticGraph('*')
  const late = ['minting', 'renewal', 'stored-origin', 'seal', 'send-with-token', 'redirect']
  expect(files.filter((file) => late.some((name) => file === `src/token-source/${name}.ts`))).toEqual([])
})
