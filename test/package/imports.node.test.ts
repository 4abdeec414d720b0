// What an import brings with it, and where it works: each subpath alone, by `import` and by `require`. What each single
// export weighs stands in docs/sizes.md, which `npm run check` holds.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { bundle, packagesOf } from '../../tools/bundle.ts'
import { importPath, subpaths } from '../../tools/subpaths.ts'
import { outcomeOf, tool } from './tools.ts'

const installation = inject('installation')
const names = subpaths(join(installation, 'node_modules/aws-web-identity')).map(importPath)
// It needs a module that only Workers have, where test/cloudflare imports it.
const inNode = names.filter((name) => name !== 'aws-web-identity/cloudflare')

const nodes = readdirSync(tool()).filter((name) => name.startsWith('node-2'))
const nodeOf = (name: string) => tool(name, 'bin/node')

test('a subpath of the list is what the package has', () => {
  expect(names).toContain('aws-web-identity')
  expect(names).toContain('aws-web-identity/verify')
  expect(nodes).toEqual(['node-20.18', 'node-20.19', 'node-22.11', 'node-22.12'])
})

describe.each(inNode)('%s alone', (name) => {
  test.each([['node', process.execPath], ...nodes.map((node) => [node, nodeOf(node)])])(
    'is imported by %s, which then ends',
    async (_, node = '') => {
      const program = `const m = await import('${name}'); console.log(Object.keys(m).length > 0)`
      const outcome = await outcomeOf(node, ['--input-type=module', '--eval', program], installation)
      expect(outcome).toEqual({ exitCode: 0, output: 'true\n' })
    },
  )

  // https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
  test.each(['node-20.19', 'node-22.12'])('is required by %s', async (node) => {
    const { names: exported } = await bundle(`export * from '${name}'`, installation)
    const program = `console.log(Object.keys(require('${name}')).filter((key) => key !== '__esModule').sort().join())`
    // Node 20.19 and 22.12 warn that it is experimental.
    const options = ['--no-warnings', '--input-type=commonjs', '--eval', program]
    const outcome = await outcomeOf(nodeOf(node), options, installation)
    expect(outcome).toEqual({ exitCode: 0, output: `${[...exported].sort().join()}\n` })
  })

  test.each(['node-20.18', 'node-22.11'])(
    'is refused to the require of %s, in its own words',
    async (node) => {
      const options = ['--input-type=commonjs', '--eval', `require('${name}')`]
      const { exitCode, output } = await outcomeOf(nodeOf(node), options, installation)
      expect(exitCode).toBe(1)
      expect(output).toContain("code: 'ERR_REQUIRE_ESM'")
      expect(output).toContain('change the require of')
    },
  )
})

// The packages that are loaded at once and on demand, and the modules of the platform.
test.each([
  ['aws-web-identity', ['valibot'], ['@xmldom/xmldom', 'aws4fetch', 'jose'], []],
  ['aws-web-identity/credentials', ['valibot'], ['@xmldom/xmldom', 'aws4fetch'], []],
  ['aws-web-identity/iam', ['valibot'], ['@xmldom/xmldom', 'aws4fetch'], []],
  ['aws-web-identity/verify', ['jose', 'valibot'], [], []],
  ['aws-web-identity/exchange', ['valibot'], ['jose'], []],
  [
    'aws-web-identity/cloudflare',
    ['valibot'],
    ['@xmldom/xmldom', 'aws4fetch', 'jose'],
    ['cloudflare:workers'],
  ],
  ['aws-web-identity/emulator', ['jose', 'valibot'], [], []],
  ['aws-web-identity/emulator/node', ['jose', 'valibot'], [], ['node:http', 'node:util']],
])('%s loads %j at once and %j on demand', async (name, first, then, platform) => {
  const { atOnce, late, platformModules } = await bundle(`export * from '${name}'`, installation)
  expect(packagesOf(atOnce)).toEqual(first)
  expect(packagesOf(late).filter((each) => !first.includes(each))).toEqual(then)
  expect(platformModules).toEqual(platform)
})

test('each subpath stands in the table above', () => {
  expect(names).toHaveLength(8)
})
