// The declarations as compilers of the last three years read them, with `skipLibCheck` off, in projects that know one
// platform's types and no other's: what must compile does, and what must not does not (consumer/).

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { outcomeOf, tool } from './tools.ts'

interface Platform {
  /** From test/package/node_modules, as an application has them in its own. */
  readonly packages: Readonly<Record<string, string>>
  readonly types: readonly string[]
  readonly lib: readonly string[]
  /** Of consumer/, besides what must compile everywhere. */
  readonly files: readonly string[]
}

const DOM = ['ES2022', 'DOM', 'DOM.Iterable']

const PLATFORMS = {
  node: {
    packages: { '@types/node': '@types/node', 'undici-types': 'undici-types' },
    types: ['node'],
    lib: ['ES2022'],
    files: ['node.ts'],
  },
  // The newest types of Node 20, which a TypeScript that is older than they are can read.
  'node-20': {
    packages: { '@types/node-20': '@types/node' },
    types: ['node'],
    lib: ['ES2022'],
    files: ['node.ts'],
  },
  workers: {
    packages: { '@cloudflare/workers-types': '@cloudflare/workers-types' },
    types: ['@cloudflare/workers-types'],
    lib: ['ES2022'],
    files: ['cloudflare.ts'],
  },
  dom: { packages: {}, types: [], lib: DOM, files: [] },
  // The types of the namespace `Deno`, which stand beside the DOM library.
  deno: { packages: { '@types/deno': '@types/deno' }, types: ['deno'], lib: DOM, files: [] },
} satisfies Record<string, Platform>

type PlatformName = keyof typeof PLATFORMS

/** How modules are found, and whether `exactOptionalPropertyTypes` is on. */
type Setting = readonly ['node16' | 'nodenext' | 'bundler', boolean]

const ALL: readonly Setting[] = (['node16', 'nodenext', 'bundler'] as const).flatMap((resolution) => [
  [resolution, true] as const,
  [resolution, false] as const,
])
// Between the oldest and the newest compiler, two that differ in everything.
const SOME: readonly Setting[] = [
  ['node16', true],
  ['bundler', false],
]

const root = mkdtempSync(join(tmpdir(), 'aws-web-identity-types-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

beforeAll(() => {
  cpSync(inject('installation'), root, { recursive: true })
  for (const [name, platform] of Object.entries(PLATFORMS)) {
    const folder = join(root, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    for (const [from, to] of Object.entries(platform.packages)) {
      cpSync(tool(from), join(folder, 'node_modules', to), { recursive: true })
    }
    const files = ['every-platform.ts', 'must-not-compile.ts', ...platform.files]
    for (const file of files) cpSync(join(import.meta.dirname, 'consumer', file), join(folder, file))
    for (const setting of ALL) {
      const [resolution, exactOptionalPropertyTypes] = setting
      const compilerOptions = {
        target: 'ES2022',
        module: resolution === 'bundler' ? 'ESNext' : resolution,
        moduleResolution: resolution,
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        exactOptionalPropertyTypes,
        types: platform.types,
        lib: platform.lib,
      }
      writeFileSync(configuration(name, setting), JSON.stringify({ compilerOptions, files }))
    }
  }
})

function configuration(platform: string, [resolution, exact]: Setting): string {
  return join(root, platform, `tsconfig.${resolution}${exact ? '.exact' : ''}.json`)
}

test.concurrent.each<[compiler: string, platforms: PlatformName[], settings: readonly Setting[]]>([
  ['5.2', ['node-20', 'workers', 'dom'], ALL],
  ['5.5', ['node-20', 'workers', 'dom'], SOME],
  // The first in which `Uint8Array` is generic.
  ['5.7', ['node-20', 'workers', 'dom'], SOME],
  ['5.9', ['node', 'workers', 'dom', 'deno'], SOME],
  ['6.0', ['node', 'workers', 'dom', 'deno'], ALL],
])(
  'TypeScript %s compiles what it should with the types of %j',
  async (compiler, platforms, settings) => {
    const projects = platforms.flatMap((platform) => settings.map((each) => configuration(platform, each)))
    const compile = join(import.meta.dirname, 'compile.ts')
    const options = [compile, tool(`typescript-${compiler}`), ...projects]
    const { exitCode, output } = await outcomeOf(process.execPath, options, root)
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringMatching(`^${projects.length} projects, TypeScript ${compiler}.`),
    })
  },
  240_000,
)

// It has no interface for programs yet.
test.concurrent('TypeScript 7.0 compiles what it should, everywhere', async () => {
  const platforms = ['node', 'workers', 'dom', 'deno'] as const
  const projects = platforms.flatMap((platform) => SOME.map((each) => configuration(platform, each)))
  const tsc = tool('typescript-7.0/bin/tsc')
  const outcome = await outcomeOf(process.execPath, [tsc, '--build', ...projects], root)
  expect(outcome).toEqual({ exitCode: 0, output: '' })
}, 240_000)

test('Deno itself, which knows no types but its own, takes what must compile everywhere', async () => {
  const deno = join(import.meta.dirname, '../../node_modules/.bin/deno')
  // In a folder without another platform's types; its own checker takes no `skipLibCheck`.
  const { exitCode, output } = await outcomeOf(
    deno,
    ['check', '--no-remote', 'every-platform.ts'],
    join(root, 'dom'),
  )
  expect(exitCode, output).toBe(0)
})
