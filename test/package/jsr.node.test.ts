// What JSR would say to the sources (https://jsr.io/docs/publishing-packages): those of its checks that need no network.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outcomeOf } from './tools.ts'

const root = join(import.meta.dirname, '../..')
const deno = join(root, 'node_modules/.bin/deno')
const manifest = readManifest('package.json')
const jsr = readManifest('jsr.json')

// Without the repository around it, whose other files would be listed and whose changes complained of.
const folder = mkdtempSync(join(tmpdir(), 'aws-web-identity-jsr-'))
beforeAll(() => {
  for (const name of ['src', 'jsr.json', 'package.json', ...jsr.publish.include]) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function readManifest(name: string) {
  return JSON.parse(readFileSync(join(root, name), 'utf8'))
}

test('it has the version and the subpaths that npm gets, as sources', () => {
  expect(jsr.version).toBe(manifest.version)
  const code = Object.entries<{ default: string }>(manifest.exports).filter(
    ([name]) => !name.endsWith('.json'),
  )
  expect(jsr.exports).toEqual(
    Object.fromEntries(
      code.map(([name, { default: file }]) => [name, file.replace(/^\.\/dist\/(.*)\.js$/, './src/$1.ts')]),
    ),
  )
})

// The check of types is the next test: for `cloudflare:workers` Deno has none.
test('deno publish accepts it, without slow types', async () => {
  const { exitCode, output } = await outcomeOf(
    deno,
    ['publish', '--dry-run', '--no-check', '--allow-dirty'],
    folder,
  )
  expect(exitCode, output).toBe(0)
  expect(output).toContain('Success Dry run complete')
  expect(output).not.toMatch(/warning/i)
})

test('Deno accepts the types of its sources', async () => {
  const sources = Object.values<string>(jsr.exports).filter((file) => !file.includes('/cloudflare/'))
  const { exitCode, output } = await outcomeOf(deno, ['check', '--no-remote', ...sources], root)
  expect(exitCode, output).toBe(0)
})
