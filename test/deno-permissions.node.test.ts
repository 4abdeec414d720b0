// The table of Deno's permissions in docs/runtimes.md: each row runs with its flags, and fails without each of them.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLab } from './conformance/lab.ts'
import { DEVELOPER, PARTY, ROLE } from './conformance/principals.ts'

const run = promisify(execFile)
const page = await readFile(join(import.meta.dirname, '../docs/runtimes.md'), 'utf8')
const [, section = ''] = page.split("## Deno's permissions")
const rows = [...section.matchAll(/^\| (`.+?) +\| *(.*?) *\|$/gm)].map(([, part = '', flags = '']) => ({
  part: /`(\w+)/.exec(part)?.[1] ?? part,
  flags: [...flags.matchAll(/`(.+?)`/g)].map(([, flag = '']) => flag),
}))

const folder = await mkdtemp(join(import.meta.dirname, '.deno-'))
const lab = await startLab(folder)
const host = new URL(lab.url).host
const tokenFile = join(folder, 'token')
const mint = `
  const sts = new StsClient({ region: 'eu-central-1', credentials: ${JSON.stringify(DEVELOPER)}, endpoint: '${lab.url}' })
  const { webIdentityToken } = await sts.getWebIdentityToken({ audience: ['${PARTY}'], signingAlgorithm: 'RS256' })`
let token = ''

beforeAll(async () => {
  token = (await runNode(`${mint}\nconsole.log(webIdentityToken)`)).trim()
}, 30_000)
afterAll(async () => {
  await lab.close()
  await rm(folder, { recursive: true })
})

/** Each ends by itself when it could do what it is for. */
const programs: Readonly<Record<string, () => string>> = {
  StsClient: () => mint,
  fromEnv: () => 'await fromEnv()()',
  fromContainerMetadata: () => 'await fromContainerMetadata()()',
  fromInstanceMetadata: () => `await fromInstanceMetadata({ endpoint: '${lab.url}' })()`,
  fromWebToken: () => 'await fromWebToken()()',
  createVerifier: () =>
    `await createVerifier({ audience: '${PARTY}', issuer: '${lab.issuer}' }).verify('${token}')`,
  createTokenExchange: () => `
    const preset = presets.custom({
      audience: '${PARTY}',
      signingAlgorithm: 'RS256',
      exchange: { tokenEndpoint: '${lab.url}/lab/party', grant: 'token-exchange' },
    })
    const source = { getToken: async () => '${token}', async invalidate() {} }
    await createTokenExchange(preset, source).getToken()`,
  decode: () => `decode('${token}')`,
  createEmulator: () => `
    const { credentials, fetch } = createEmulator()
    await new StsClient({ region: 'us-east-1', credentials, fetch }).getCallerIdentity()`,
  serve: () => `
    const served = await serve(createEmulator(), { port: 0 })
    await served.close()`,
}

/** What the container's service and the emulator want to see, each in its place. */
const fileFor: Readonly<Record<string, () => Promise<string>>> = {
  fromContainerMetadata: async () => 'container-token',
  fromWebToken: async () => (await fetch(`${lab.url}/lab/workload-token`)).text(),
}

const imports = `
import { StsClient } from 'aws-web-identity'
import { fromContainerMetadata, fromEnv, fromInstanceMetadata, fromWebToken } from 'aws-web-identity/credentials'
import { createEmulator } from 'aws-web-identity/emulator'
import { createTokenExchange, presets } from 'aws-web-identity/exchange'
import { serve } from 'aws-web-identity/emulator/node'
import { createVerifier, decode } from 'aws-web-identity/verify'
`

const environment = {
  ...process.env,
  AWS_ACCESS_KEY_ID: DEVELOPER.accessKeyId,
  AWS_SECRET_ACCESS_KEY: DEVELOPER.secretAccessKey,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${lab.url}/lab/container`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
  AWS_ROLE_ARN: ROLE,
  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
  AWS_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL_STS: lab.url,
}

async function write(code: string): Promise<string> {
  const file = join(folder, `${crypto.randomUUID()}.mjs`)
  await writeFile(file, `${imports}${code}\nconsole.log('done')`)
  return file
}

async function runNode(code: string): Promise<string> {
  return (await run('node', [await write(code)])).stdout.replace('done', '')
}

async function runDeno(flags: readonly string[], code: string): Promise<string> {
  const args = ['run', '--no-prompt', '--no-remote', '--no-check', ...flags, await write(code)]
  const { stdout } = await run('deno', args, { env: environment }).catch(() => ({ stdout: 'failed' }))
  return stdout.trim()
}

function fill(flag: string): string {
  return (
    flag
      .replace(/<(?:sts|metadata|issuer|party)>/, host)
      .replace('<token file>', tokenFile)
      .replace('<address>', '127.0.0.1')
      // Only a test has STS elsewhere.
      .replace(/AWS_REGION$/, 'AWS_REGION,AWS_ENDPOINT_URL_STS')
  )
}

test('the table has a row for each program', () => {
  expect(rows.map(({ part }) => part)).toEqual(Object.keys(programs))
})

describe.each(rows)('$part', ({ part, flags }) => {
  test('runs with its flags, and not without each of them', async () => {
    const program = programs[part]?.() ?? ''
    await writeFile(tokenFile, (await fileFor[part]?.()) ?? '')
    const filled = flags.map(fill)
    expect(await runDeno(filled, program)).toBe('done')
    for (const flag of filled) {
      expect(
        await runDeno(
          filled.filter((other) => other !== flag),
          program,
        ),
        flag,
      ).toBe('failed')
    }
  }, 60_000)
})
