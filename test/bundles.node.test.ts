// What an application pays for, minified and gzipped: before its first call the static import graph, and in all what is
// loaded on demand besides (the rules of the input and the signature, what a reply needs; of a source, minting, sealing
// and sending with a token).

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundle, type Part, packagesOf } from '../tools/bundle.ts'

const root = join(import.meta.dirname, '..')

interface Weights {
  readonly entry: Part
  readonly total: Pick<Part, 'bytes' | 'files'>
}

/** What is loaded by a program that re-exports these names. */
const weigh = (names: string): Promise<Weights> => weighProgram(`export ${names} from './src/index.ts'`)

async function weighProgram(code: string): Promise<Weights> {
  const { atOnce, late } = await bundle(code, root)
  const total = { bytes: atOnce.bytes + late.bytes, files: [...atOnce.files, ...late.files] }
  return { entry: atOnce, total }
}

const client = await weigh('{ StsClient }')

test('the client alone weighs at most 8.5 KB before its first call, and 30 KB in all', () => {
  expect(client.entry.bytes).toBeGreaterThan(6000)
  expect(client.entry.bytes).toBeLessThanOrEqual(8700)
  expect(client.total.bytes).toBeGreaterThan(25_000)
  expect(client.total.bytes).toBeLessThanOrEqual(30_720)
})

// Three quarters of it are valibot and the rules of the input, by which the options are checked when a source is made.
describe('more than the client alone, and no byte more than is said here', () => {
  test.each([
    ['{ StsClient, createTokenSource }', 4940],
    ['{ StsClient, createTokenSource, withWebIdentity }', 5560],
    ['{ StsClient, createTokenSource, createTokenSources }', 5500],
    // Among them the guards of the errors, with some 400 bytes.
    ['*', 6590],
  ])('weighs %s: at most %d bytes', async (names, most) => {
    const { entry } = await weigh(names)
    expect(entry.bytes - client.entry.bytes).toBeGreaterThan(500)
    expect(entry.bytes - client.entry.bytes).toBeLessThanOrEqual(most)
  })
})

test('no XML parser, no signer and no jose is in front of the first request', async () => {
  const { entry } = await weigh('*')
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
  const { entry } = await weigh('*')
  const late = ['minting', 'renewal', 'stored-origin', 'seal', 'send-with-token', 'redirect']
  expect(entry.files.filter((file) => late.some((name) => file === `src/token-source/${name}.ts`))).toEqual(
    [],
  )
})

test('an exchange brings neither XML parser nor signer, and jose not before there is a store', async () => {
  const { entry, total } = await weighProgram(`export * from './src/exchange/index.ts'`)
  expect(total.files).toContain('src/exchange/exchange.ts')
  expect(total.files).toContain('src/token-source/stored-origin.ts')
  expect(packagesOf(entry)).toEqual(['valibot'])
  expect(packagesOf(total)).toEqual(['jose', 'valibot'])
})
