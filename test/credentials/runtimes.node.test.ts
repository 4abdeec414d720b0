// Deno with and without its permissions, and a process that must end: each in a process of its own.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
let folder = ''
let bundle = ''

beforeAll(async () => {
  folder = mkdtempSync(join(import.meta.dirname, '.run-'))
  bundle = join(folder, 'credentials.js')
  await build({
    entryPoints: [join(import.meta.dirname, '../../src/credentials/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    outfile: bundle,
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const keys = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

function script(code: string): string {
  const file = join(folder, `${crypto.randomUUID()}.mjs`)
  writeFileSync(file, `import * as credentials from './credentials.js'\n${code}`)
  return file
}

async function deno(flags: readonly string[], code: string): Promise<string> {
  const args = ['run', '--no-prompt', '--no-config', ...flags, script(code)]
  return (await run('deno', args, { env: { ...process.env, ...keys } })).stdout.trim()
}

describe('Deno', () => {
  const print =
    'console.log(await provider().then(({ accessKeyId }) => accessKeyId, (error) => error.message))'

  test.each(['fromEnv', 'defaultProvider'])('without --allow-env: %s names the flag', async (name) => {
    expect(await deno([], `const provider = credentials.${name}()\n${print}`)).toBe(
      'fromEnv: Deno does not let AWS_ACCESS_KEY_ID be read: run with --allow-env, or give the variables as `env`',
    )
  })

  test('with --allow-env for these variables alone reads them', async () => {
    const flag = `--allow-env=${Object.keys(keys)},AWS_SESSION_TOKEN,AWS_CREDENTIAL_EXPIRATION,AWS_ACCOUNT_ID`
    expect(await deno([flag], `const provider = credentials.fromEnv()\n${print}`)).toBe(
      keys.AWS_ACCESS_KEY_ID,
    )
  })

  test('without --allow-env takes the variables that it is given', async () => {
    const env = JSON.stringify(keys)
    expect(await deno([], `const provider = credentials.fromEnv({ env: ${env} })\n${print}`)).toBe(
      keys.AWS_ACCESS_KEY_ID,
    )
  })

  test('without --allow-read names the flag', async () => {
    const options =
      '{ env: { AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/a" }, region: "eu-west-1", webIdentityTokenFile: "/etc/hosts" }'
    expect(await deno([], `const provider = credentials.fromWebToken(${options})\n${print}`)).toBe(
      'fromWebToken: webIdentityTokenFile, "/etc/hosts", cannot be read: Deno does not let it be read: run with --allow-read',
    )
  })
})

test('in workerd, requests share one flight, also when the one that began it goes away', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { fromContainerMetadata } from './credentials.js'
        const provider = fromContainerMetadata({
          env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://credentials.example/' },
        })
        export default {
          fetch: async () => new Response((await provider()).accessKeyId),
        }`,
      resolveDir: folder,
    },
    bundle: true,
    format: 'esm',
    write: false,
  })
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  let requests = 0
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-09-01',
      async outboundService() {
        requests += 1
        asked.resolve()
        if (requests === 1) await answered.promise
        const end = new Date(Date.now() + 3_600_000)
        return WorkerResponse.json({
          AccessKeyId: `ASIA${requests}`,
          SecretAccessKey: 'b',
          Token: 'c',
          Expiration: end,
        })
      },
    }),
  )
  try {
    const url = await worker.ready
    const controller = new AbortController()
    const first = fetch(url, { signal: controller.signal }).catch(() => 'gone')
    await asked.promise
    const others = Array.from({ length: 5 }, async () => (await fetch(url)).text())
    await new Promise((resolve) => setTimeout(resolve, 50)) // until they have reached the worker
    controller.abort()
    expect(await first).toBe('gone')
    answered.resolve()
    expect(new Set(await Promise.all(others))).toEqual(new Set(['ASIA1']))
    expect(requests).toBe(1)
  } finally {
    await worker.dispose()
  }
}, 20_000)

test('no module of Node is in the bundle', async () => {
  const { outputFiles } = await build({
    entryPoints: [bundle],
    bundle: true,
    write: false,
    format: 'esm',
    external: ['node:*'],
  })
  expect(outputFiles[0]?.text).not.toMatch(/(?:from|import|require)\s*\(?\s*["'](?:node:|fs["']|process["'])/)
})

test('a process ends at once after its last call: no timer waits for the next refresh', async () => {
  const answer = { AccessKeyId: 'a', SecretAccessKey: 'b', Token: 'c', Expiration: '2100-01-01T00:00:00Z' }
  const code = `
    const provider = credentials.fromContainerMetadata({
      env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/' },
      timeout: 60_000,
      fetch: async () => Response.json(${JSON.stringify(answer)}),
    })
    await Promise.all([provider(), provider()])
    const down = credentials.fromContainerMetadata({
      env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/' },
      timeout: 60_000,
      fetch: async () => { throw new Error('down') },
    })
    await down().catch(() => {})
    console.log('done')`
  const started = performance.now()
  const { stdout } = await run('node', [script(code)])
  expect(stdout).toBe('done\n')
  expect(performance.now() - started).toBeLessThan(5000)
})
