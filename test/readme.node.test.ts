// Every piece of TypeScript that the README and the docstrings show is compiled as a user would compile it, and
// those of the README are run, each in its own runtime, from the build.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator } from 'aws-web-identity/emulator'
import { build } from 'esbuild'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../src/cli/emulator/config.ts'
import { type CodeBlock, docstringBlocks, markdownBlocks } from './support/code-blocks.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const blocks = markdownBlocks()
const emulator = createEmulator()
const environment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
}

// Within the project, so that `aws-web-identity` is found through its own `exports`.
let folder = ''
beforeAll(() => {
  mkdirSync(join(root, 'test/.examples'), { recursive: true })
  folder = mkdtempSync(join(root, 'test/.examples/'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, code: string): string {
  const file = join(folder, name)
  writeFileSync(file, code)
  return file
}

const usesWorkers = ({ code }: CodeBlock) => /'(cloudflare:workers|aws-web-identity\/cloudflare)'/.test(code)

// Deno and Bun check these themselves, with types of their own.
const ofAnotherRuntime = ['deno', 'denotest', 'buntest']

// A user's program has the DOM's types, Node's, or those of Workers, and checks our declarations with them.
test.each([
  [
    'of the web and Node',
    (block: CodeBlock) => !usesWorkers(block),
    ['ES2023', 'DOM', 'DOM.Iterable'],
    ['node'],
  ],
  ['of Workers', usesWorkers, ['ES2023'], ['@cloudflare/workers-types']],
])(
  'all of it compiles in the strictest settings with the types %s',
  async (name, isMeant, lib, types) => {
    const all = [...blocks, ...docstringBlocks()].filter(
      (block) => !ofAnotherRuntime.includes(block.kind) && isMeant(block),
    )
    expect(all.length).toBeGreaterThan(4)
    const part = mkdtempSync(join(folder, `${name.replaceAll(' ', '-')}-`))
    for (const [index, { place, code }] of all.entries()) {
      writeFileSync(join(part, `${index}.ts`), `// ${place}\n${code}\nexport {}\n`)
    }
    const tsconfig = {
      extends: '../../../../tsconfig.json',
      compilerOptions: {
        noEmit: true,
        lib,
        types,
        // An example shows a name and leaves its use to the reader.
        noUnusedLocals: false,
        noUnusedParameters: false,
      },
      include: ['*.ts'],
      references: [],
    }
    writeFileSync(join(part, 'tsconfig.json'), JSON.stringify(tsconfig))
    const { stdout } = await run('tsc', ['-p', part], { cwd: root }).catch(
      (error: { stdout: string }) => error,
    )
    // What is wrong in the declarations of others (those of unstorage, in these settings) is theirs.
    const ours = stdout.split(/\n(?=\S)/).filter((each) => !each.startsWith('node_modules/'))
    expect(ours.join('\n').trim()).toBe('')
  },
  120_000,
)

test('the policy is what AWS takes: both conditions, for all values', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [policy, ...others] = [...readme.matchAll(/^ *```json\n(.*?)^ *```$/gms)].map(([, text = '']) =>
    JSON.parse(text),
  )
  expect(others).toEqual([])
  expect(policy.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:GetWebIdentityToken',
      Resource: expect.stringMatching(/^arn:aws:sts::\d{12}:self$/),
      Condition: {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': expect.any(Array) },
        Null: { 'sts:IdentityTokenAudience': 'false' },
      },
    },
  ])
})

test('the emulator’s configuration is one, and its error is the one that is shown', async () => {
  const page = readFileSync(join(root, 'docs/emulator.md'), 'utf8')
  const [, shown = ''] = /```json\n(.*?)```/s.exec(page) ?? []
  const options = await readConfig(write('emulator.json', shown))
  expect(createEmulator(options).credentials.secretAccessKey).toBe('any-secret')
  const broken = write('broken.json', shown.replace('"Allow"', '"allow"'))
  const [, error = ''] = /^emulator\.json(:.*)$/m.exec(page) ?? []
  await expect(readConfig(broken)).rejects.toMatchObject({ message: `${broken}${error}` })
})

/** The example of that kind; where two pages show one, it is the same. */
function blockFor(kind: string): CodeBlock {
  const [block, ...others] = blocks.filter((each) => each.kind === kind)
  if (block === undefined || others.some(({ code }) => code !== block.code)) {
    throw new Error(`There must be one block for ${kind}.`)
  }
  return block
}

/** Answers as AWS, and as an API that verifies who calls and says so. */
async function outside(request: Request): Promise<Response> {
  const { hostname } = new URL(request.url)
  if (hostname.endsWith('.amazonaws.com')) return emulator.fetch(request)
  const keys = await emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`)
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
  const { payload } = await jwtVerify(token, createLocalJWKSet(await keys.json()), {
    issuer: emulator.issuer,
    audience: 'https://api.example.com',
  })
  return Response.json({ caller: payload.sub })
}

test.each(['worker', 'tokenworker', 'broker'])('the Worker of the block %s runs in workerd', async (kind) => {
  const { outputFiles } = await build({
    stdin: { contents: blockFor(kind).code, loader: 'ts', resolveDir: root },
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    write: false,
  })
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-07-01', // before workerd has Node's modules by default
      bindings: {
        ...environment,
        AUDIENCES: ['https://api.example.com'],
        SEALING_KEYS: btoa('0123456789abcdef0123456789abcdef'),
      },
      ...(kind === 'broker' && {
        durableObjects: { BROKER: { className: 'WebIdentityTokenBroker', useSQLite: true } },
      }),
      // Miniflare's own Request and Response are other classes than this process's.
      async outboundService(request) {
        const { method, url, headers } = request
        const body = method === 'POST' ? await request.text() : null
        const answer = await outside(new Request(url, { method, headers: [...headers], body }))
        return new WorkerResponse(await answer.text(), {
          status: answer.status,
          headers: [...answer.headers],
        })
      },
    }),
  )
  try {
    const response = await worker.dispatchFetch('http://localhost/')
    expect(await response.json()).toEqual({ caller: 'arn:aws:iam::123456789012:user/developer' })
  } finally {
    await worker.dispose()
  }
})

// The two scripts find AWS and the API within their own process: no network, no AWS account.
const stage = `
import { createEmulator } from 'aws-web-identity/emulator'
const emulator = createEmulator()
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init)
  if (request.url.startsWith('https://sts.eu-central-1.amazonaws.com/')) return emulator.fetch(request)
  return new Response(null, { status: request.headers.get('authorization')?.startsWith('Bearer eyJ') ? 200 : 401 })
}
`

test('the Node.js function runs in Node', async () => {
  write('node-function.ts', blockFor('node').code)
  const file = write(
    'node.ts',
    `${stage}\nconst { handler } = await import('./node-function.ts')\nconsole.log(await handler())`,
  )
  const { stdout } = await run('node', [file], { cwd: root, env: { ...process.env, ...environment } })
  expect(stdout).toBe('200\n')
})

test('the Deno script is checked and runs in Deno', async () => {
  // Deno takes the types of its runtime from this project's tsconfig.json here, which names other ones.
  write('deno-script.ts', `/// <reference lib="deno.ns" />\n${blockFor('deno').code}`)
  const file = write('deno.ts', `${stage}\nawait import('./deno-script.ts')`)
  const options = ['run', '--no-remote', '--check', '--allow-env', '--allow-net']
  const { stdout } = await run('deno', [...options, file], {
    cwd: root,
    env: { ...process.env, ...environment },
  })
  expect(stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/)
}, 60_000)

describe('the unit test passes in its own runner', () => {
  // Each is as a user starts it; Deno takes npm's packages from the folder that is there.
  test.each([
    ['vitest', 'example.test.ts', 'vitest', ['run'], /1 passed/],
    ['nodetest', 'node-test.ts', 'node', ['--test'], /pass 1\n/],
    ['denotest', 'deno.test.ts', 'deno', ['test', '--no-remote', '--no-check'], /1 passed/],
    ['buntest', 'bun.test.ts', 'bun', ['test'], / 1 pass\n/],
  ])(
    '%s',
    async (kind, name, command, options, passed) => {
      const cwd = mkdtempSync(join(folder, `${kind}-`))
      writeFileSync(join(cwd, name), blockFor(kind).code)
      // Else vitest finds this project's own.
      writeFileSync(join(cwd, 'vitest.config.ts'), 'export default {}')
      const env = { ...process.env, NO_COLOR: '1', VITEST: undefined, NODE_TEST_CONTEXT: undefined }
      const { stdout, stderr } = await run(command, [...options, name], { cwd, env })
      expect(stdout + stderr).toMatch(passed)
    },
    60_000,
  )
})

describe('what can run by itself runs in Node', () => {
  for (const { place, code } of blocks.filter(({ kind }) => kind === 'run')) {
    test(place, async () => {
      const file = write(`${place.replaceAll(/\W/g, '-')}.ts`, code)
      const { stdout } = await run('node', [file], { cwd: root })
      expect(stdout).toMatch(/^(arn:aws:iam::123456789012:user\/developer|AWS_ENDPOINT_URL_STS=http:.*)\n$/)
    })
  }
})
