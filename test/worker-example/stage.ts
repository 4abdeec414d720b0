// What the Worker's tests play on: an STS that can be told to misbehave, and the Worker in real workerd.

import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, STATUS_CODES } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator, type Emulator, type EmulatorOptions } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { expect } from 'vitest'
import { type LocalWorker, startLocalWorker } from '../../worker-example/demo/local-worker.ts'

export const TOKEN_SECRET = 'the-secret-that-callers-of-the-worker-show'
export const AUDIENCE = 'https://api.example.com'

export const PRINCIPAL = {
  arn: 'arn:aws:iam::123456789012:role/outbound/worker',
  accessKeyId: 'ASIAIOSFODNN7WORKER1',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYWORKERKEY1',
  sessionToken: 'session-token-of-the-worker',
}

/** A workload that asks the Worker with a token of its own. */
export const WORKLOAD = {
  arn: 'arn:aws:iam::123456789012:role/jobs/nightly',
  accessKeyId: 'ASIAIOSFODNN7NIGHTLY',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYNIGHTLYKEY',
  sessionToken: 'session-token-of-the-workload',
}

const SEALING_KEY = btoa('the-key-that-seals-what-is-store')

/** An address at which nobody answers. */
export const NOBODY = 'http://127.0.0.1:1'

/** No answer may hold any of these. */
const SECRETS = [
  TOKEN_SECRET,
  SEALING_KEY,
  PRINCIPAL.accessKeyId,
  PRINCIPAL.secretAccessKey,
  PRINCIPAL.sessionToken,
]

/** An STS that answers as the emulator does, or as it is told. */
export interface Sts {
  readonly url: string
  readonly emulator: Emulator
  /** The answer to the next request in place of the emulator's. */
  next(answer: (request: Request) => Response | Promise<Response>): void
  /** Drops the answers that nobody asked for. */
  forget(): void
  close(): Promise<void>
}

export async function startSts(options: EmulatorOptions = {}): Promise<Sts> {
  const emulator = createEmulator({ principals: [PRINCIPAL, WORKLOAD], ...options })
  const answers: ((request: Request) => Response | Promise<Response>)[] = []
  const { url, close } = await serve({
    ...emulator,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const isSts = new URL(request.url).pathname === '/'
      return (isSts ? answers.shift() : undefined)?.(request) ?? emulator.fetch(request)
    },
  })
  return { url, emulator, next: (answer) => answers.push(answer), forget: () => answers.splice(0), close }
}

/** An error of STS on the wire. */
export function stsError(status: number, code: string, message = 'AWS says why'): Response {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`
  const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>request-1</RequestId></ErrorResponse>`
  return new Response(body, { status, headers: { 'content-type': 'text/xml' } })
}

/** A secret's SHA-256, as the policy has it. */
export function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** A policy with one caller, who shows `TOKEN_SECRET`; with these members besides. */
export function policyWith(caller: object = {}, policy: object = {}): object {
  const secrets = [{ sha256: sha256(TOKEN_SECRET) }]
  return { callers: [{ name: 'ci', secrets, audiences: [AUDIENCE, 'other audience'], ...caller }], ...policy }
}

/** What a test's Worker is made of besides what is the same for all. */
export interface WorkerOptions {
  readonly policy?: unknown
  /** In place of its variables and secrets of these names; one that is `undefined` is missing. */
  readonly members?: Readonly<Record<string, string | undefined>>
  readonly onLog?: (message: string) => void
}

/** The Worker's variables and secrets. */
export function bindingsFor(stsUrl: string) {
  return {
    AWS_ENDPOINT_URL_STS: stsUrl,
    AWS_ACCESS_KEY_ID: PRINCIPAL.accessKeyId,
    AWS_SECRET_ACCESS_KEY: PRINCIPAL.secretAccessKey,
    AWS_SESSION_TOKEN: PRINCIPAL.sessionToken,
    SEALING_KEYS: SEALING_KEY,
  }
}

/** The Worker in workerd. It logs to the test where nobody listens. */
export async function startWorker({
  policy = policyWith(),
  members = {},
  onLog,
}: WorkerOptions = {}): Promise<LocalWorker> {
  const all = Object.entries({ ...bindingsFor(NOBODY), ...members })
  const given = all.filter((entry): entry is [string, string] => entry[1] !== undefined)
  const folder = await mkdtemp(join(tmpdir(), 'policy-'))
  try {
    const file = join(folder, `${randomUUID()}.json`)
    await writeFile(file, JSON.stringify(policy))
    return await startLocalWorker({
      policy: file,
      vars: Object.fromEntries(given),
      secrets: {},
      ...(onLog && { onLog }),
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * Does what is counted by the minutes of the clock within one of them: once more, where another began meanwhile.
 *
 * @param work is given which try it is, from 1 on: what it did before is counted in the minute that began
 */
export async function withinOneMinute(work: (attempt: number) => Promise<void>): Promise<void> {
  const minute = () => Math.floor(Date.now() / 60_000)
  for (let attempt = 1; ; attempt += 1) {
    const began = minute()
    try {
      return await work(attempt)
    } catch (error) {
      if (minute() === began) throw error
    }
  }
}

/** What the Worker answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The token, or the problem. */
  readonly json: Record<string, unknown>
}

export const BEARER = ['Authorization', `Bearer ${TOKEN_SECRET}`] as const

/** What is sent. */
export interface Sent {
  readonly method?: string
  /** Header lines exactly as they stand, beside those of the body. */
  readonly headers?: readonly string[]
  /** What becomes JSON; a text or bytes as they are. */
  readonly body?: unknown
  /** The header lines of the body. */
  readonly type?: readonly string[]
}

/**
 * Asks the Worker. Whatever it answers must be JSON that no cache keeps, with the id of its request, and hold none of its
 * secrets.
 */
export async function ask(
  { url }: Pick<LocalWorker, 'url'>,
  target: string,
  { headers = BEARER, body, method = body === undefined ? 'GET' : 'POST', type = JSON_TYPE }: Sent = {},
): Promise<Answer> {
  const lines = [...headers, ...(body === undefined ? [] : type)]
  const answer = await send(new URL(url), target, method, lines, bytesOf(body))
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w.-]{8,64}$/)
  const isProblem = answer.status >= 400
  expect(answer.headers.get('content-type')).toBe(isProblem ? 'application/problem+json' : 'application/json')
  const whole = JSON.stringify([...answer.headers]) + answer.text
  for (const secret of SECRETS) expect(whole).not.toContain(secret)
  expect(whole).not.toContain('AWS says why')
  const json = answer.text === '' ? {} : JSON.parse(answer.text)
  if (isProblem && answer.text !== '') {
    const requestId = answer.headers.get('x-request-id')
    const title = answer.status === 413 ? 'Content Too Large' : STATUS_CODES[answer.status]
    expect(json).toMatchObject({ status: answer.status, title, requestId, detail: expect.any(String) })
  }
  return { ...answer, json }
}

const JSON_TYPE = ['Content-Type', 'application/json']

function bytesOf(body: unknown): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}

// `fetch` would join two headers of one name into one line, tidy up a path, and refuse some of what an attacker would send.
function send(
  { hostname, port, host }: URL,
  path: string,
  method: string,
  lines: readonly string[],
  body: Uint8Array | undefined,
): Promise<Omit<Answer, 'json'>> {
  return new Promise((resolve, reject) => {
    const headers = ['Host', host, ...lines, ...(body ? ['Content-Length', String(body.length)] : [])]
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const headers = new Headers()
        for (const [name, values = []] of Object.entries(response.headersDistinct)) {
          for (const value of values) headers.append(name, value)
        }
        resolve({ status: response.statusCode ?? 0, headers, text: Buffer.concat(chunks).toString() })
      })
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}
