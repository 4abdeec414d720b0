// The package's `exports`, for every platform; and that a mistake in them is noticed.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { CONDITIONS, faultsOfExports } from './exports.ts'
import { outcomeOf } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'aws-web-identity-exports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every platform gets code, its types, and a parser where XML is read', async () => {
  expect(await faultsOfExports(inject('installation'))).toEqual([])
})

// In Node, which has no `DOMParser`, as Workers, Deno and Bun have none.
const program = `
import { StsClient } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
import { createVerifier } from 'aws-web-identity/verify'

const emulator = createEmulator()
const { credentials, endpoint, issuer, fetch } = emulator
const sts = new StsClient({ region: 'us-east-1', credentials, endpoint, fetch })
const audience = 'https://api.example.com'
const { webIdentityToken } = await sts.getWebIdentityToken({ audience: [audience], signingAlgorithm: 'ES384' })
const { arn } = await createVerifier({ audience, issuer, fetch }).verify(webIdentityToken)
console.log(typeof DOMParser, arn.name)
`

test.each(Object.entries(CONDITIONS))(
  'what is bundled for %s mints and verifies',
  async (name, conditions) => {
    const outfile = join(folder, `${name.replaceAll(/\W+/g, '-')}.mjs`)
    await build({
      stdin: { contents: program, resolveDir: inject('installation') },
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: [...conditions],
      outfile,
    })
    const outcome = await outcomeOf(process.execPath, [outfile], folder)
    expect(outcome).toEqual({ exitCode: 0, output: 'undefined developer\n' })
  },
)

describe('what would break an application is noticed', () => {
  interface Exports {
    [subpath: string]: { types?: string; [condition: string]: string | undefined }
  }

  // A copy of the installation, in which the package was published with a mistake.
  async function faultsAfter(change: (exports: Exports, published: string) => void): Promise<string[]> {
    const installation = mkdtempSync(join(folder, 'broken-'))
    cpSync(inject('installation'), installation, { recursive: true })
    const published = join(installation, 'node_modules/aws-web-identity')
    const manifest = JSON.parse(readFileSync(join(published, 'package.json'), 'utf8'))
    change(manifest.exports, published)
    writeFileSync(join(published, 'package.json'), JSON.stringify(manifest))
    try {
      return await faultsOfExports(installation, ['Node', 'a browser', 'Cloudflare Workers, by wrangler'])
    } finally {
      // Each holds 1,600 files: together they take a slow disk longer to put away than a hook may last.
      await rm(installation, { recursive: true, force: true })
    }
  }

  const withoutParser = 'export class StsClient { getWebIdentityToken = () => new DOMParser() }\n'

  test('a browser condition without the parser, which Workers take, too', async () => {
    const faults = await faultsAfter((exports, published) => {
      writeFileSync(join(published, 'dist/browser.js'), withoutParser)
      exports['.'] = { types: './dist/index.d.ts', browser: './dist/browser.js', default: './dist/index.js' }
    })
    expect(faults).toContain('For a browser, aws-web-identity has no parser.')
    expect(faults).toContain('For Cloudflare Workers, by wrangler, aws-web-identity has no parser.')
    expect(faults).not.toContain('For Node, aws-web-identity has no parser.')
  })

  test('a condition of a platform that is not tried', async () => {
    const faults = await faultsAfter((exports) => {
      exports['.'] = {
        types: './dist/index.d.ts',
        netlify: './dist/iam/index.js',
        default: './dist/index.js',
      }
    })
    expect(faults).toContain('The condition netlify is of no platform that is tried.')
  })

  test('a condition whose file was not packed', async () => {
    const faults = await faultsAfter((exports) => {
      exports['./iam'] = {
        types: './dist/iam/index.d.ts',
        workerd: './dist/iam/workerd.js',
        default: './dist/iam/index.js',
      }
    })
    expect(faults).toContain('./dist/iam/workerd.js is not there.')
  })

  test('a file that a condition points to, dropped', async () => {
    const faults = await faultsAfter((_, published) => rmSync(join(published, 'dist/verify/index.js')))
    expect(faults).toContain('./dist/verify/index.js is not there.')
    expect(faults.filter((fault) => fault.includes('aws-web-identity/verify is not bundled'))).not.toEqual([])
  })

  test('types behind another condition, where no compiler finds them', async () => {
    const faults = await faultsAfter((exports) => {
      exports['.'] = { default: './dist/index.js', types: './dist/index.d.ts' }
    })
    expect(faults).toEqual(['. does not have its types first.'])
  })

  test('a subpath for one platform alone', async () => {
    const faults = await faultsAfter((exports) => {
      exports['./verify'] = { types: './dist/verify/index.d.ts', node: './dist/verify/index.js' }
    })
    expect(
      faults.filter((fault) => fault.startsWith('For a browser, aws-web-identity/verify is not')),
    ).not.toEqual([])
  })
})
