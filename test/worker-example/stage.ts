// What the Worker's tests play on: an STS that can be told to misbehave, and the Worker in real workerd.

import { request as httpRequest } from 'node:http'
import { createEmulator, type Emulator } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { expect } from 'vitest'
import { type LocalWorker, startLocalWorker } from '../../worker-example/demo/local-worker.ts'

export const TOKEN_SECRET = 'the-secret-that-callers-of-the-worker-show'
export const AUDIENCE = 'https://api.example.com'

const PRINCIPAL = {
  arn: 'arn:aws:iam::123456789012:role/outbound/worker',
  accessKeyId: 'ASIAIOSFODNN7WORKER1',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYWORKERKEY1',
  sessionToken: 'session-token-of-the-worker',
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

export async function startSts(): Promise<Sts> {
  const emulator = createEmulator({ principals: [PRINCIPAL] })
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

/** A Worker whose members are these where they are given; one that is `undefined` is missing. */
export async function startWorker(
  members: Record<string, string | readonly string[] | undefined> = {},
  onLog?: (message: string) => void,
): Promise<LocalWorker> {
  const secrets = {
    AWS_ACCESS_KEY_ID: PRINCIPAL.accessKeyId,
    AWS_SECRET_ACCESS_KEY: PRINCIPAL.secretAccessKey,
    AWS_SESSION_TOKEN: PRINCIPAL.sessionToken,
    TOKEN_SECRET,
    SEALING_KEYS: SEALING_KEY,
  }
  const vars = Object.entries({
    ...secrets,
    AUDIENCES: [AUDIENCE, 'other audience'],
    AWS_ENDPOINT_URL_STS: NOBODY,
    ...members,
  })
  const given = vars.filter((entry): entry is [string, string | string[]] => entry[1] !== undefined)
  return startLocalWorker({ vars: Object.fromEntries(given), secrets: {}, ...(onLog && { onLog }) })
}

/** What the Worker answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** `error` and `message`, or the token. */
  readonly json: Record<string, string>
}

export const BEARER = ['Authorization', `Bearer ${TOKEN_SECRET}`] as const

/**
 * Asks the Worker, with these header lines exactly as they stand. Whatever it answers must be JSON that no cache
 * keeps and that holds none of its secrets.
 */
export async function ask(
  { url }: LocalWorker,
  target: string,
  { headers = [...BEARER], method = 'GET' }: { headers?: readonly string[]; method?: string } = {},
): Promise<Answer> {
  const answer = await send(new URL(target, url), method, headers)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  const whole = JSON.stringify([...answer.headers]) + answer.text
  for (const secret of SECRETS) expect(whole).not.toContain(secret)
  expect(whole).not.toContain('AWS says why')
  return { ...answer, json: answer.text === '' ? {} : JSON.parse(answer.text) }
}

// `fetch` would join two headers of one name into one line.
function send(url: URL, method: string, lines: readonly string[]): Promise<Omit<Answer, 'json'>> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers: ['Host', url.host, ...lines] }, (response) => {
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
    request.end()
  })
}
