// Requests by other people's signers, in process and over a socket: the AWS SDK's presigner and its client, aws4fetch's
// own client, and HTTP as only a hand writes it.

import { createHash, createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'
import { AwsClient } from 'aws4fetch'
import { afterEach, describe, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { now, send, sign } from '../sts-call.ts'
import { clock, mismatch, verdict, whoami } from './who-am-i.ts'

const session = {
  arn: 'arn:aws:iam::123456789012:role/outbound/worker',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'session/token+with==signs',
}

describe('the AWS SDK’s presigner', () => {
  test('makes a GetCallerIdentity that holds for 15 minutes, as EKS uses it', async () => {
    const headers = { 'x-k8s-aws-id': 'cluster' }
    const emulator = createEmulator(clock)
    const url = await presignedBySdk(emulator, headers, 60)
    expect((await send(emulator, new Request(url, { headers }))).status).toBe(200)
    expect(verdict(await send(emulator, new Request(url)))).toEqual(mismatch)

    const later = createEmulator({ now: () => now + 15 * 60_000 - 1000 })
    expect((await send(later, new Request(url, { headers }))).status).toBe(200)
    const tooLate = createEmulator({ now: () => now + 15 * 60_000 + 1000 })
    expect(verdict(await send(tooLate, new Request(url, { headers })))).toEqual([
      403,
      'SignatureDoesNotMatch',
      'Signature expired: 20260911T183548Z is now earlier than 20260911T183549Z (20260911T185049Z - 15 min.)',
    ])
  })

  test('puts a session’s token into the signed query', async () => {
    const emulator = createEmulator({ ...clock, principals: [session] })
    const url = await presignedBySdk(emulator, {}, 900)
    expect(url).toContain('X-Amz-Security-Token=session%2Ftoken%2Bwith%3D%3Dsigns')
    const answer = await send(emulator, new Request(url))
    expect(answer.text('Arn')).toBe('arn:aws:sts::123456789012:assumed-role/worker/emulator')
  })
})

describe('the AWS SDK’s client', () => {
  test('is understood in process with a session', async () => {
    const emulator = createEmulator({ principals: [session] })
    const sts = new STSClient({
      region: 'us-east-1',
      endpoint: emulator.endpoint,
      credentials: { ...session },
      requestHandler: { handle: (request: SdkRequest) => inProcess(emulator, request) },
    })
    const { Account } = await sts.send(new GetCallerIdentityCommand({}))
    expect(Account).toBe('123456789012')
  })
})

describe('aws4fetch’s client', () => {
  test.each([
    ['in its headers', {}],
    ['in its query', { signQuery: true }],
    ['with every header', { allHeaders: true }],
  ])('is understood, signing %s', async (_, aws) => {
    const emulator = createEmulator({ principals: [session] })
    const client = new AwsClient({ ...session, service: 'sts', region: 'us-east-1' })
    const request = await client.sign(`${emulator.endpoint}/?${whoami}`, {
      headers: { 'user-agent': 'a  b' },
      aws,
    })
    expect((await send(emulator, request)).status).toBe(200)
  })
})

describe('over HTTP', () => {
  const servers: { close(): Promise<void> }[] = []

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  test('a body in chunks, without a length, is verified as the bytes that it holds', async () => {
    const { emulator, host } = await started()
    const { headers } = await sign(emulator, whoami, { signedAt: Date.now() })
    const chunks = [whoami.slice(0, 1), whoami.slice(1, 30), whoami.slice(30)]
    const body = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
    const lines = [`Host: ${host}`, 'Transfer-Encoding: chunked', ...linesOf(headers), '', `${body}0\r\n\r\n`]
    expect(await exchange(host, lines)).toMatch(/^HTTP\/1\.1 200 /)
    const wrong = lines.map((line) => line.replace('Caller', 'Called'))
    expect(await exchange(host, wrong)).toMatch(/^HTTP\/1\.1 (400|403) /)
  })

  test('a chunked body is told from S3’s chunks, each with a signature', async () => {
    const { emulator, host } = await started()
    const { headers } = await sign(emulator, whoami, {
      signedAt: Date.now(),
      headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
    })
    const lines = [`Host: ${host}`, `Content-Length: ${whoami.length}`, ...linesOf(headers), '', whoami]
    expect(await exchange(host, lines)).toContain('<Code>SignatureDoesNotMatch</Code>')
  })

  test('a query with the characters that some clients do not encode', async () => {
    const { emulator, host } = await started()
    const url = `${emulator.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15&Extra=~a%7Eb!c'd(e)*`
    const signer = signerOf(emulator)
    const { hostname, port } = new URL(url)
    const { headers } = await signer.sign({
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15', Extra: "~a~b!c'd(e)*" },
      headers: { host },
    })
    const lines = [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', '']
    expect(await exchange(host, lines, `GET ${url.slice(emulator.endpoint.length)} HTTP/1.1`)).toMatch(
      /^HTTP\/1\.1 200 /,
    )
  })

  async function started(): Promise<{ emulator: Emulator; host: string }> {
    const emulator = createEmulator()
    const server = await serve(emulator)
    servers.push(server)
    return { emulator, host: new URL(server.url).host }
  }
})

async function presignedBySdk(
  emulator: Emulator,
  headers: Record<string, string>,
  expiresIn: number,
): Promise<string> {
  const { hostname } = new URL(emulator.endpoint)
  const { query = {} } = await signerOf(emulator).presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, ...headers },
    },
    { signingDate: new Date(now), expiresIn },
  )
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return `${emulator.endpoint}/?${pairs.join('&')}`
}

function signerOf(emulator: Emulator): SignatureV4 {
  return new SignatureV4({
    credentials: emulator.credentials,
    region: 'us-east-1',
    service: 'sts',
    sha256: Sha256,
  })
}

// What the SDK wants of a hash.
class Sha256 {
  readonly #hash

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }

  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data)
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

interface SdkRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
}

// A handler of the SDK's that asks the emulator and no network.
async function inProcess(emulator: Emulator, { method, path, headers, body }: SdkRequest) {
  const response = await emulator.fetch(`${emulator.endpoint}${path}`, {
    method,
    headers,
    body: body ?? null,
  })
  const received = new Uint8Array(await response.arrayBuffer())
  return {
    response: {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Blob([received]).stream(),
    },
  }
}

function linesOf(headers: Headers): string[] {
  return [...headers].map(([name, value]) => `${name}: ${value}`)
}

// Sends lines as they are, which no HTTP client would, and reads until the server closes.
async function exchange(host: string, lines: string[], requestLine = 'POST / HTTP/1.1'): Promise<string> {
  const { hostname, port } = new URL(`http://${host}`)
  const socket = connect(Number(port), hostname)
  socket.write([requestLine, 'Connection: close', ...lines].join('\r\n'))
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}
