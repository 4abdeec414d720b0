// What `npm pack` makes: its files, its source maps, its dependencies, and what the linters of packages say.

import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { outcomeOf, tool } from './tools.ts'

const root = join(import.meta.dirname, '../..')
const installed = join(inject('installation'), 'node_modules/aws-web-identity')
const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
const files = globSync('**', { cwd: installed, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(installed.length + 1))
const maps = files.filter((file) => file.endsWith('.map'))
// Nobody imports the command line: it comes without what only who imports it would need.
const isOfCommandLine = (file: string) => /^(?:src|dist)\/cli\//.test(file)
const sources = globSync('src/**/*.ts', { cwd: root })
const imported = sources.filter((source) => !isOfCommandLine(source))

test('the package holds the build, its sources, and what a reader needs, and nothing else', () => {
  const isOfFolder = (file: string) => /^(dist|src)\//.test(file)
  expect(files.filter((file) => !isOfFolder(file)).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'emulator-config.schema.json',
    'package.json',
  ])
  expect(files.filter((file) => file.startsWith('src/')).sort()).toEqual([...imported].sort())
  const built = sources.flatMap((source) => {
    const stem = source.replace(/^src\/(.*)\.ts$/, 'dist/$1')
    const endings = isOfCommandLine(source) ? ['.js'] : ['.js', '.js.map', '.d.ts', '.d.ts.map']
    return endings.map((ending) => stem + ending)
  })
  expect(files.filter((file) => file.startsWith('dist/')).sort()).toEqual(built.sort())
})

test('every source map leads to a source that is there', () => {
  expect(maps.length).toBe(2 * imported.length)
  const missing = maps.flatMap((map) => {
    const { sources, sourceRoot = '' } = JSON.parse(readFileSync(join(installed, map), 'utf8'))
    const paths: string[] = sources
    return paths
      .map((source) => join(installed, dirname(map), sourceRoot, source))
      .filter((path) => !path.startsWith(join(installed, 'src/')) || !existsSync(path))
  })
  expect(missing).toEqual([])
})

test('every file of the build names its source map', () => {
  const unmapped = files
    .filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file) && !isOfCommandLine(file))
    .filter((file) => {
      const [, map] =
        /\n\/\/# sourceMappingURL=(.*)\s*$/.exec(readFileSync(join(installed, file), 'utf8')) ?? []
      return map === undefined || !existsSync(join(installed, dirname(file), map))
    })
  expect(unmapped).toEqual([])
})

test('nothing is run when it is installed', () => {
  const atInstallation = [
    'preinstall',
    'install',
    'postinstall',
    'prepublish',
    'preprepare',
    'prepare',
    'postprepare',
  ]
  expect(Object.keys(manifest.scripts ?? {}).filter((script) => atInstallation.includes(script))).toEqual([])
  // npm would build it.
  expect(files).not.toContain('binding.gyp')
})

test('it depends on four packages, and imports each of them and no other', () => {
  const names = files
    .filter((file) => /^dist\/.*\.js$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(installed, file), 'utf8').matchAll(
        /^(?:import|export) (?:[^'"]*? from )?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm,
      ),
    ])
    .map(([, statically = '', onDemand = '']) => statically || onDemand)
    .filter((name) => !/^(\.|node:|cloudflare:|aws-web-identity)/.test(name))
    // Without the path of a file in it.
    .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0])
  expect([...new Set(names)].sort()).toEqual(['@xmldom/xmldom', 'aws4fetch', 'jose', 'valibot'])
  expect(Object.keys(manifest.dependencies).sort()).toEqual([...new Set(names)].sort())
  expect(manifest.peerDependencies).toBeUndefined()
  expect(manifest.optionalDependencies).toBeUndefined()
})

// With its dependencies it is some 5.5 MB, of which valibot is 1.9: three formats, each with its declarations.
test('it takes less than 3 MB of a disk, of which the command line is a tenth', () => {
  const size = (some: readonly string[]) =>
    some.reduce((sum, file) => sum + statSync(join(installed, file)).size, 0)
  expect(size(files)).toBeLessThan(3_000_000)
  expect(size(files.filter(isOfCommandLine))).toBeLessThan(300_000)
})

test('publint has nothing to say', async () => {
  const { exitCode, output } = await outcomeOf(tool('.bin/publint'), ['--strict', inject('tarball')], root)
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining('All good!') })
})

test('every subpath has its types in every resolution of ES modules', async () => {
  const options = ['--profile', 'esm-only', '--format', 'ascii', inject('tarball')]
  const { exitCode, output } = await outcomeOf(tool('.bin/attw'), options, root)
  expect(exitCode, output).toBe(0)
  expect(output).toContain('"aws-web-identity/emulator/node"')
})
