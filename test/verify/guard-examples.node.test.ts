// The examples of docs/verify.md, each run as it stands there, in the runtime that it is for. Tokens come from the
// emulator, which answers for AWS.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StsClient } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
import { type createVerifier, VerificationError, type VerificationErrorCode } from 'aws-web-identity/verify'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from 'miniflare'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { markdownBlocks } from '../support/code-blocks.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const page = 'docs/verify.md'
const text = readFileSync(join(root, page), 'utf8')
const ARN = 'arn:aws:iam::123456789012:user/developer'

const emulator = createEmulator()
let token = ''
let foreign = ''

// Within the project, so that `aws-web-identity` is found through its own `exports`.
let folder = ''
beforeAll(async () => {
  mkdirSync(join(root, 'test/.examples'), { recursive: true })
  folder = mkdtempSync(join(root, 'test/.examples/'))
  token = await mint('https://api.example.com')
  foreign = await mint('https://another.example.com')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The examples' verifiers have the platform's own fetch: the issuer's documents come from the emulator.
const realFetch = globalThis.fetch
beforeEach(() => {
  vi.stubGlobal('fetch', (input: Request | URL | string, init?: RequestInit) => {
    const { hostname } = new URL(input instanceof Request ? input.url : String(input))
    return hostname.endsWith('.api.aws') ? emulator.fetch(input, init) : realFetch(input, init)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

async function mint(audience: string): Promise<string> {
  const { fetch, credentials } = emulator
  const sts = new StsClient({ region: 'eu-central-1', credentials, fetch })
  const { webIdentityToken } = await sts.getWebIdentityToken({
    audience: [audience],
    signingAlgorithm: 'ES384',
  })
  return webIdentityToken
}

/** The page's example of that kind; where the README shows one too, it is the same. */
function codeOf(kind: string): string {
  const blocks = markdownBlocks().filter((each) => each.kind === kind)
  const [code, ...others] = new Set(blocks.map((each) => each.code))
  if (code === undefined || others.length > 0) throw new Error(`There must be one block for ${kind}.`)
  return code
}

function write(name: string, code: string): string {
  const file = join(folder, name)
  writeFileSync(file, code)
  return file
}

async function load(kind: string): Promise<unknown> {
  return import(/* @vite-ignore */ write(`${kind}.ts`, codeOf(kind)))
}

type Ask = (
  headers: HeadersInit,
  path?: string,
) => Promise<{ status: number; headers: Headers; text(): Promise<string> }>
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` })

/** What each of the guards must do, whatever runs it. */
async function expectGuarded(ask: Ask, expected: unknown, path = '/'): Promise<void> {
  const welcome = await ask(bearer(token), path)
  expect([welcome.status, JSON.parse(await welcome.text())]).toEqual([200, expected])
  const nobody = await ask({}, path)
  expect(nobody.status).toBe(401)
  expect(nobody.headers.get('www-authenticate')).toMatch(/^Bearer/)
  expect(nobody.headers.get('www-authenticate')).not.toContain('error=')
  const stranger = await ask(bearer(foreign), path)
  expect(stranger.status).toBe(401)
  expect(stranger.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect((await ask(bearer(`${token.slice(0, -8)}AAAAAAAA`), path)).status).toBe(401)
  expect((await ask({}, `${path}?access_token=${token}`)).status).toBe(401)
}

describe('a Cloudflare Worker', () => {
  test('guarded with three lines, in workerd', async () => {
    const code = codeOf('guard')
    expect(code.split(/\n\n|\n(?=export)/).length).toBeLessThanOrEqual(3)
    const { outputFiles } = await build({
      stdin: { contents: code, loader: 'ts', resolveDir: root },
      bundle: true,
      format: 'esm',
      conditions: ['workerd', 'worker', 'browser'],
      write: false,
    })
    const worker = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: outputFiles[0]?.text ?? '',
        compatibilityDate: '2026-07-01',
        // Miniflare's own Request and Response are other classes than this process's.
        async outboundService(request) {
          const answer = await emulator.fetch(request.url)
          return new WorkerResponse(await answer.text(), {
            status: answer.status,
            headers: [...answer.headers],
          })
        },
      }),
    )
    try {
      await expectGuarded(
        async (headers, path = '/') => {
          const answer = await worker.dispatchFetch(`http://localhost${path}`, {
            headers: [...new Headers(headers)],
          })
          return {
            status: answer.status,
            headers: new Headers([...answer.headers]),
            text: () => answer.text(),
          }
        },
        { hello: 'developer' },
      )
    } finally {
      await worker.dispose()
    }
  }, 60_000)
})

test('minting with our client and verifying with our guard', async () => {
  // The page's own block: its exports are what it says.
  const { answer } = (await load('together')) as { answer: string }
  expect(answer).toBe(`Hello ${ARN}`)
})

test('Hono', async () => {
  // As above.
  const { app } = (await load('hono')) as {
    app: { request(path: string, init: RequestInit): Promise<Response> }
  }
  await expectGuarded(
    async (headers, path = '') => app.request(path, { headers }),
    { caller: ARN },
    '/api/me',
  )
  expect(await (await app.request('/health', {})).text()).toBe('ok')
})

test("Node's http", async () => {
  // As above.
  const { server } = (await load('http')) as { server: Server }
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  try {
    await expectGuarded((headers, path = '/') => realFetch(`http://127.0.0.1:${port}${path}`, { headers }), {
      caller: ARN,
    })
    // Two credentials: `fetch` can't send them, so they go over the wire by hand.
    const twice = `Authorization: Bearer ${token}\r\n`.repeat(2)
    expect(await overTheWire(port, `GET / HTTP/1.1\r\nHost: localhost\r\n${twice}`)).toMatch(
      /^HTTP\/1\.1 40[01] /,
    )
    // Nothing that a client sends brings the server down.
    expect(await overTheWire(port, 'GET // HTTP/1.1\r\nHost: a b\r\n')).toMatch(/^HTTP\/1\.1 40[01] /)
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const brokenOff = new ReadableStream({ start: (controller) => controller.error(new Error('broke off')) })
    for (const broken of [new Response(brokenOff), Response.error()]) {
      vi.spyOn(Response, 'json').mockReturnValueOnce(broken)
      expect((await realFetch(`http://127.0.0.1:${port}/`, { headers: bearer(token) })).status).toBe(500)
    }
    expect(await overTheWire(port, 'TRACE / HTTP/1.1\r\nHost: localhost\r\n')).toMatch(/^HTTP\/1\.1 40[01] /)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

async function overTheWire(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(`${head}Connection: close\r\n\r\n`)
  let answer = ''
  for await (const chunk of socket.setEncoding('latin1')) answer += String(chunk)
  return answer
}

test('Deno.serve, checked and run in Deno', async () => {
  const [, code = ''] = /^```typescript\n(.*?)^```$/ms.exec(text) ?? []
  expect(code).toContain('Deno.serve')
  // Deno takes the types of its runtime from this project's tsconfig.json here, which names other ones.
  write('deno-serve.ts', `/// <reference lib="deno.ns" />\n${code}`)
  const stage = write(
    'deno-stage.ts',
    `/// <reference lib="deno.ns" />
import { StsClient } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
const emulator = createEmulator()
const { fetch: real } = globalThis
globalThis.fetch = (input, init) => new Request(input, init).url.includes('.api.aws/') ? emulator.fetch(new Request(input, init)) : real(input, init)
const sts = new StsClient({ region: 'eu-central-1', credentials: emulator.credentials, fetch: emulator.fetch })
const mint = async (audience: string) => (await sts.getWebIdentityToken({ audience: [audience], signingAlgorithm: 'RS256' })).webIdentityToken
const { server } = await import('./deno-serve.ts')
const ask = async (headers: Record<string, string>) => {
  const response = await real('http://127.0.0.1:' + server.addr.port, { headers })
  return response.status + ' ' + await response.text()
}
const answers = [
  await ask({ authorization: 'bearer ' + await mint('https://api.example.com') }),
  await ask({}),
  await ask({ authorization: 'Bearer ' + await mint('https://another.example.com') }),
]
await server.shutdown()
console.log(JSON.stringify(answers))
`,
  )
  const options = ['run', '--no-remote', '--check', '--allow-env', '--allow-net']
  const { stdout } = await run('deno', [...options, stage], { cwd: root, env: { ...process.env, PORT: '0' } })
  const answers: string[] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  expect(answers[0]).toBe(`200 ${JSON.stringify({ caller: ARN })}`)
  expect(answers.slice(1).map((answer) => answer.slice(0, 3))).toEqual(['401', '401'])
}, 60_000)

test('a Next.js route handler', async () => {
  // As above.
  const { GET } = (await load('next')) as {
    GET: (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>
  }
  await expectGuarded(
    async (headers, path = '') =>
      GET(new Request(`https://api.example.com${path}`, { headers }), {
        params: Promise.resolve({ id: '7' }),
      }),
    { id: '7', caller: ARN },
    '/api/items/7',
  )
})

test('an AWS Lambda function URL', async () => {
  interface Answer {
    statusCode: number
    headers: Record<string, string>
    body: string
  }
  // As above.
  const { handler } = (await load('lambda')) as { handler: (event: object) => Promise<Answer> }
  await expectGuarded(
    async (headers, path = '/') => {
      const [rawPath, rawQueryString = ''] = path.split('?')
      const answer = await handler({
        version: '2.0',
        routeKey: '$default',
        rawPath,
        rawQueryString,
        headers: { host: 'x.lambda-url.eu-central-1.on.aws', ...Object.fromEntries(new Headers(headers)) },
        requestContext: {
          domainName: 'x.lambda-url.eu-central-1.on.aws',
          http: { method: 'GET', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1' },
        },
        isBase64Encoded: false,
      })
      return {
        status: answer.statusCode,
        headers: new Headers(answer.headers),
        text: async () => answer.body,
      }
    },
    { caller: ARN },
  )
})

test('who may do what is answered with 403', async () => {
  // As above.
  const { fetch } = (await load('authorize')) as { fetch: (request: Request) => Promise<Response> }
  const response = await fetch(
    new Request('https://api.example.com/', { method: 'DELETE', headers: bearer(token) }),
  )
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
  expect((await fetch(new Request('https://api.example.com/', { headers: bearer(token) }))).status).toBe(200)
})

/** The first column of the table below a heading. */
function namesBelow(heading: string): string[] {
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const [own = ''] = section.split('\n## ')
  return [...own.matchAll(/^\| `(\w+)` /gm)].map(([, name = '']) => name)
}

test('the table of codes names each code once', () => {
  // A record, so that the compiler misses any code that is not here.
  const codes: Record<VerificationErrorCode, true> = {
    malformed: true,
    algorithm: true,
    header: true,
    key_not_found: true,
    key_unusable: true,
    signature: true,
    issuer: true,
    audience: true,
    account: true,
    organization: true,
    organizational_unit: true,
    subject: true,
    region: true,
    principal_tags: true,
    expired: true,
    not_yet_valid: true,
    issued_in_future: true,
    too_old: true,
    lifetime: true,
    claims: true,
    keys_unavailable: true,
  }
  expect(namesBelow('When it says no').toSorted()).toEqual(Object.keys(codes).toSorted())
  expect(VerificationError).toBeTypeOf('function')
})

test('the table of options names each option once', () => {
  const options: Record<OptionName, true> = {
    audience: true,
    issuer: true,
    account: true,
    organization: true,
    subject: true,
    organizationalUnit: true,
    region: true,
    principalTags: true,
    maxTokenAge: true,
    clockTolerance: true,
    algorithms: true,
    jwks: true,
    fetch: true,
    now: true,
    remember: true,
    keysFreshFor: true,
    keysStaleFor: true,
    maxIssuers: true,
    fetchTimeout: true,
  }
  expect(namesBelow('Options').toSorted()).toEqual(Object.keys(options).toSorted())
})

/** Each option's name, of whichever of the shapes that the options may have. */
type OptionName = KeyOfEach<Parameters<typeof createVerifier>[0]>
type KeyOfEach<Shape> = Shape extends unknown ? keyof Shape : never
