// What the examples play on: an AWS in which a role may mint, and the API outside AWS that they call, which trusts
// nobody before jose has verified the token by the keys that AWS publishes.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expect, inject } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'

/** The role that the examples have. */
export const ROLE = 'arn:aws:iam::123456789012:role/app/example'

const CREDENTIALS = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session/token+with=signs',
}

/** The code of what AWS refuses with, and how what to do about it begins. */
export const REFUSAL = 'OutboundWebIdentityFederationDisabledException'
export const REMEDY = 'Switch it on once for the account'

/** What the API saw of a request. */
export interface Visit {
  readonly path: string
  /** Of the token, verified; `undefined` where there was none, or none to trust. */
  readonly subject: string | undefined
}

export interface Stage {
  /** What whoever runs an example has to set. */
  readonly env: Readonly<Record<string, string>>
  /** Of the role's account. */
  readonly issuer: string
  /** The origin of the API, and the audience of tokens for it. */
  readonly api: string
  readonly visits: readonly Visit[]
  /** How many tokens were minted. */
  mints(): number
  /** Lets AWS refuse the next request, as an account does that has not switched on federation. */
  refuse(): void
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const emulator = createEmulator({ principals: [{ arn: ROLE, ...CREDENTIALS }] })
  const aws = await serve(emulator)
  const keys = createRemoteJWKSet(new URL(`${emulator.issuer}/.well-known/jwks.json`))
  const visits: Visit[] = []
  const server = createServer(async ({ url: path = '', headers }, response) => {
    const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
    const pins = { issuer: emulator.issuer, audience: api, algorithms: ['ES384'] }
    const verified = await jwtVerify(token, keys, pins).catch(() => undefined)
    const subject = verified?.payload.sub
    visits.push({ path, subject })
    // Compressed, as real APIs answer: who passes the answer on must not pass on bytes that he has unpacked.
    response.writeHead(subject === undefined ? 401 : 200, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    })
    response.end(gzipSync(JSON.stringify({ hello: subject })))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has such an address.
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    env: {
      API_URL: api,
      AWS_ENDPOINT_URL_STS: aws.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
    },
    issuer: emulator.issuer,
    api,
    visits,
    mints: () => emulator.requests.filter(({ token }) => token !== undefined).length,
    refuse: () => emulator.setFaults([{ times: 1, code: REFUSAL }]),
    async close() {
      server.close().closeAllConnections()
      await aws.close()
    },
  }
}

/** The folder of an example, as a newcomer has copied it. */
export const folderOf = (name: string): string => join(inject('examples'), name)

/** What a program finds in its environment: nothing of ours but where programs are. */
const environment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NO_COLOR: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  ...env,
})

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in an example's folder until it ends. */
export function run(name: string, command: readonly string[], env: Stage['env'] = {}): Promise<Ended> {
  const [file = '', ...arguments_] = command
  return new Promise((resolve) => {
    const options = { cwd: folderOf(name), env: environment(env), timeout: 90_000 }
    const child = execFile(file, arguments_, options, (_, stdout, stderr) => {
      expectNoSecret(stdout + stderr)
      resolve({ exitCode: child.exitCode ?? 1, stdout, stderr })
    })
  })
}

/** A server that an example starts. */
export interface Server {
  readonly url: string
  /** Everything that it printed so far. */
  printed(): string
  stop(): Promise<void>
}

/** Starts a server in an example's folder, and waits until it tells its address. */
export async function start(
  name: string,
  command: readonly string[],
  env: Stage['env'] = {},
): Promise<Server> {
  const [file = '', ...arguments_] = command
  // A process group of its own, so that what it starts ends with it.
  const child = spawn(file, arguments_, { cwd: folderOf(name), env: environment(env), detached: true })
  const ended = once(child, 'close')
  let text = ''
  const port = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk
        const [, told] = /http:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d+)/.exec(text) ?? []
        if (told !== undefined) resolve(told)
      })
    }
    child.once('error', reject)
    ended.then(() => reject(new Error(`${name} ended before it had an address:\n${text}`)), reject)
  })
  return {
    url: `http://localhost:${port}`,
    printed: () => text,
    async stop() {
      killGroup(child)
      await ended
      expectNoSecret(text)
    },
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-Number(pid), 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Neither a token, all of which begin so, nor a key. */
export function expectNoSecret(text: string): void {
  for (const secret of ['eyJ', CREDENTIALS.secretAccessKey, CREDENTIALS.sessionToken]) {
    expect(text).not.toContain(secret)
  }
}

/** An answer, and what the example told its log about it. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * What every example promises that calls the API for its visitors: where AWS refuses, the visitor gets AWS's code and the
 * log says what to do; then each visitor is served, and one token is minted for all of them.
 */
export async function expectServed(
  stage: Stage,
  ask: () => Promise<Answer>,
  log: () => string,
): Promise<void> {
  stage.refuse()
  expect(await ask()).toEqual({ status: 502, body: { error: REFUSAL } })
  await expect.poll(log).toContain(REMEDY)
  expect(stage.visits).toEqual([])

  // A refusal is remembered for a second.
  const served = { status: 200, body: { hello: ROLE } }
  await expect.poll(ask, { timeout: 5000, interval: 200 }).toEqual(served)
  expect(await Promise.all([ask(), ask()])).toEqual([served, served])
  expect(stage.visits).toEqual(Array(3).fill({ path: '/hello', subject: ROLE }))
  expect(stage.mints()).toBe(1)
}

/** An answer of a server, as a visitor gets it. */
export async function get(url: string): Promise<Answer> {
  const response = await fetch(url)
  return { status: response.status, body: await response.json() }
}
