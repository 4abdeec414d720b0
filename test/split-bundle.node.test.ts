// An application that was bundled in chunks, of which a deployment has taken one away while it runs.

import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CREDENTIALS, errorReply, INPUT, TOKEN, tokenReply } from './support/replies.ts'

const run = promisify(execFile)

/** The bundle as it was deployed. */
let deployed: string

beforeAll(async () => {
  deployed = await mkdtemp(join(tmpdir(), 'split-bundle-'))
  await build({
    stdin: {
      contents: `export * from './src/index.ts'`,
      resolveDir: join(import.meta.dirname, '..'),
    },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    outdir: deployed,
  })
})

afterAll(() => rm(deployed, { recursive: true }))

// It calls with the chunk gone, and again when it is back, and tells what came of each call. `loads` are the chunk's.
const script = `
  import { rename } from 'node:fs/promises'
  import { registerHooks } from 'node:module'
  import { createTokenSource, isWebIdentityError, ServiceError, StsClient, WebIdentityError } from './stdin.mjs'

  const [chunk, { credentials, input, replies }] = JSON.parse(process.argv[2])
  let loads = 0
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.includes(chunk)) loads += 1
      return next(specifier, context)
    },
  })
  let requests = 0
  const fetch = async () => {
    const reply = replies[Math.min(requests, replies.length - 1)]
    requests += 1
    await new Promise((resolve) => setTimeout(resolve, 20))
    return new Response(reply.body, { status: reply.status, headers: { 'content-type': 'text/xml' } })
  }
  const told = []
  const sts = new StsClient({
    region: 'us-east-1', credentials, fetch,
    onEvent: ({ type, errorCode }) => told.push(errorCode === undefined ? type : type + ' ' + errorCode),
  })
  const source = createTokenSource({ sts, audience: 'https://api.example.com', signingAlgorithm: 'ES384' })
  const call = async () => {
    const before = { loads, requests }
    const outcome = await (input === undefined ? source.getToken() : sts.getWebIdentityToken(input)).catch((error) => ({
      name: error.name,
      code: error.code,
      message: error.message,
      cause: error.cause?.code,
      isOurs: error instanceof WebIdentityError && isWebIdentityError(error),
      isServiceError: error instanceof ServiceError,
    }))
    return { outcome, loads: loads - before.loads, requests: requests - before.requests, told: told.splice(0) }
  }
  const url = (name) => new URL(name, import.meta.url)
  await rename(url(chunk), url('gone'))
  const without = [await call(), await call()]
  await rename(url('gone'), url(chunk))
  const withIt = [await call(), await call()]
  console.log(JSON.stringify({ without, withIt }))
`

interface Call {
  readonly outcome: unknown
  readonly loads: number
  readonly requests: number
  readonly told: readonly string[]
}

/** @param part the beginning of the chunk's name */
async function callWithout(
  part: string,
  options: object = {},
): Promise<Record<'without' | 'withIt', Call[]>> {
  const directory = await mkdtemp(join(tmpdir(), 'split-bundle-'))
  try {
    await cp(deployed, directory, { recursive: true })
    await writeFile(join(directory, 'run.mjs'), script)
    const chunks = (await readdir(directory)).filter((name) => name.startsWith(part))
    expect(chunks).toHaveLength(1)
    const given = {
      credentials: CREDENTIALS,
      input: INPUT,
      replies: [{ status: 200, body: tokenReply() }],
      ...options,
    }
    const { stdout } = await run('node', [join(directory, 'run.mjs'), JSON.stringify([chunks[0], given])])
    return JSON.parse(stdout)
  } finally {
    await rm(directory, { recursive: true })
  }
}

const MINTED = { webIdentityToken: TOKEN, expiration: '2026-09-11T18:36:48.279Z' }
const UNAVAILABLE = {
  name: 'WebIdentityError',
  code: 'module_unavailable',
  message: expect.stringMatching(/^A part of aws-web-identity could not be loaded\. .* reload the page/),
  cause: 'ERR_MODULE_NOT_FOUND',
  isOurs: true,
}

test('without what reads the reply, a call is rejected after a second try to load it, and the next one loads it anew', async () => {
  const { without, withIt } = await callWithout('replies')
  const told = ['credentials', 'request', 'response module_unavailable']
  expect(without).toMatchObject([
    { outcome: UNAVAILABLE, loads: 2, requests: 1, told },
    { outcome: UNAVAILABLE, loads: 2, requests: 1, told },
  ])
  expect(withIt).toEqual([
    { outcome: MINTED, loads: 1, requests: 1, told: ['credentials', 'request', 'response'] },
    { outcome: MINTED, loads: 0, requests: 1, told: ['credentials', 'request', 'response'] },
  ])
})

test('without the rules of the input and the signer, nothing is sent', async () => {
  const { without, withIt } = await callWithout('requests')
  expect(without).toMatchObject([
    { outcome: UNAVAILABLE, loads: 2, requests: 0, told: [] },
    { outcome: UNAVAILABLE, loads: 2, requests: 0, told: [] },
  ])
  expect(withIt).toMatchObject([
    { outcome: MINTED, loads: 1, requests: 1 },
    { outcome: MINTED, loads: 0, requests: 1 },
  ])
})

test('without what mints for it, a source is rejected likewise', async () => {
  const inFiveMinutes = new Date(Date.now() + 300_000).toISOString()
  const replies = [{ status: 200, body: tokenReply(TOKEN, inFiveMinutes) }]
  const { without, withIt } = await callWithout('minting', { input: undefined, replies })
  expect(without).toMatchObject([
    { outcome: UNAVAILABLE, loads: 2, requests: 0, told: [] },
    { outcome: UNAVAILABLE, loads: 2, requests: 0, told: [] },
  ])
  expect(withIt[0]).toMatchObject({ outcome: TOKEN, loads: 1, requests: 1 })
})

test('an error that one chunk makes is of the class that another exports', async () => {
  const replies = [{ status: 403, body: errorReply('ExpiredToken') }]
  const { withIt } = await callWithout('replies', { replies })
  expect(withIt[0]?.outcome).toMatchObject({
    name: 'ExpiredTokenException',
    isOurs: true,
    isServiceError: true,
  })
})
