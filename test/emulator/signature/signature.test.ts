// AWS's own signature suite, fed to the verifier: aws-c-auth, tests/aws-signing-test-suite/v4.

import { describe, expect, test } from 'vitest'
import { Directory } from '../../../src/emulator/account/directory.ts'
import { authenticate, type Expectation } from '../../../src/emulator/signature/authentication.ts'
import { type ReceivedRequest, readAuthorization } from '../../../src/emulator/signature/authorization.ts'
import sigv4 from '../../vectors/sigv4.json' with { type: 'json' }

// Only where Fetch or STS can't hold the request. (`id` → why)
const cannotArise: Record<string, string> = {
  'get-header-value-multiline':
    'RFC 9112 section 5.2 forbids folded headers, and Headers refuses a line break',
  'get-relative-relative-unnormalized': 'a URL resolves dot segments when it is parsed; only S3 signs them',
  'get-relative-unnormalized': 'a URL resolves dot segments when it is parsed; only S3 signs them',
  'get-slash-dot-slash-unnormalized': 'a URL resolves dot segments when it is parsed; only S3 signs them',
  'get-slash-pointless-dot-unnormalized': 'a URL resolves dot segments when it is parsed; only S3 signs them',
  'get-slash-unnormalized': 'only S3 leaves repeated slashes as they are',
  'get-slashes-unnormalized': 'only S3 leaves repeated slashes as they are',
  'get-space-normalized':
    'a URL encodes its path, and the service encodes it once more; the suite sends it raw',
  'get-space-unnormalized':
    'a URL encodes its path, and the service encodes it once more; the suite sends it raw',
  'get-utf8': 'a URL encodes its path, and the service encodes it once more; the suite sends it raw',
}

type Vector = (typeof sigv4.cases)[number]
const applicable = sigv4.cases.filter(({ id }) => !(id in cannotArise))

describe('a request that AWS signed in its header', () => {
  test.each(applicable)('is accepted: $id', async (vector) => {
    expect(await verdict(vector, signedRequest(vector))).toBe('accepted')
  })

  test.each(bitChanges())(
    'is refused with one bit changed in its $part: $vector.id',
    async ({ vector, change }) => {
      expect(await verdict(vector, change(signedRequest(vector)))).not.toBe('accepted')
    },
  )
})

describe('a URL that AWS presigned', () => {
  // The suite adds this token to the URL after signing; STS, like S3, signs every parameter that is there.
  const presigned = applicable.filter(({ id }) => id !== 'post-sts-header-after')

  test.each(presigned)('is accepted: $id', async (vector) => {
    expect(await verdict(vector, presignedRequest(vector))).toBe('accepted')
  })

  test.each(presigned)('is refused with one bit changed in its signature: $id', async (vector) => {
    expect(await verdict(vector, flippedQuery(presignedRequest(vector), 'X-Amz-Signature'))).not.toBe(
      'accepted',
    )
  })
})

describe('a request that cannot arise', () => {
  test.each(Object.entries(cannotArise))('%s: %s', async (id) => {
    const vector = sigv4.cases.find((each) => each.id === id)
    expect(vector && (await verdict(vector, () => signedRequest(vector)).catch(() => 'no request'))).not.toBe(
      'accepted',
    )
  })
})

function bitChanges(): {
  part: string
  vector: Vector
  change: (request: ReceivedRequest) => ReceivedRequest
}[] {
  return applicable.flatMap((vector) => {
    const header = (name: string, position: number) => (request: ReceivedRequest) =>
      withHeader(request, name, (value) => flip(value, position))
    const inAuthorization = (before: RegExp) => (request: ReceivedRequest) =>
      withHeader(request, 'authorization', (value) =>
        flip(value, (before.exec(value)?.index ?? 0) + (before.exec(value)?.[0].length ?? 0)),
      )
    const signed = (vector.signedRequest.match(/SignedHeaders=([^,]*)/)?.[1] ?? '').split(';')
    return [
      {
        part: 'body',
        vector,
        change: (request: ReceivedRequest) => ({ ...request, body: flipByte(request.body) }),
      },
      { part: 'date', vector, change: header('x-amz-date', 14) },
      { part: 'scope (date)', vector, change: inAuthorization(/Credential=[^/]*\//) },
      { part: 'scope (region)', vector, change: inAuthorization(/Credential=[^/]*\/[^/]*\//) },
      { part: 'scope (service)', vector, change: inAuthorization(/Credential=[^/]*\/[^/]*\/[^/]*\//) },
      { part: 'signature', vector, change: inAuthorization(/Signature=/) },
      {
        part: 'last digit of the signature',
        vector,
        change: (request: ReceivedRequest) =>
          withHeader(request, 'authorization', (value) => flip(value, value.length - 1)),
      },
      { part: 'access key', vector, change: inAuthorization(/Credential=/) },
      ...signed
        .filter((name) => name !== 'x-amz-date')
        .map((name) => ({ part: `header ${name}`, vector, change: header(name, 0) })),
    ]
  })
}

async function verdict(vector: Vector, request: ReceivedRequest | (() => ReceivedRequest)): Promise<string> {
  const received = typeof request === 'function' ? request() : request
  try {
    await authenticate(received, await readAuthorization(received), expectation(vector))
    return 'accepted'
  } catch (error) {
    return (error as { code?: string }).code ?? Promise.reject(error)
  }
}

function expectation({ context }: Vector): Expectation {
  const { credentials } = context
  const now = Date.parse(context.timestamp)
  const directory = new Directory({
    defaults: {},
    accounts: [],
    principals: [
      {
        arn: 'arn:aws:iam::123456789012:user/suite',
        accessKeyId: credentials.access_key_id,
        secretAccessKey: credentials.secret_access_key,
        ...('token' in credentials &&
          typeof credentials.token === 'string' && { sessionToken: credentials.token }),
      },
    ],
    seed: undefined,
    state: undefined,
    onChange: () => {},
  })
  return {
    findCaller: (accessKeyId, sessionToken) => directory.findCaller(accessKeyId, sessionToken, now),
    service: context.service,
    region: context.region,
    now,
  }
}

// The suite's request as HTTP text: request line, headers, an empty line, the body.
function signedRequest({ signedRequest: text }: Vector): ReceivedRequest {
  const [head = '', ...body] = text.split('\n\n')
  const [requestLine = '', ...lines] = head.split(/\n(?! )/)
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine) ?? []
  return received(method, target, lines.map(headerOf), body.join('\n\n'))
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1)]
}

function presignedRequest({ request, queryCanonicalRequest, querySignature }: Vector): ReceivedRequest {
  const query = queryCanonicalRequest.split('\n')[2] ?? ''
  const target = `${request.target.split('?')[0]}?${query}&X-Amz-Signature=${querySignature}`
  return received(request.method, target, request.headers as [string, string][], request.body)
}

function received(
  method: string,
  target: string,
  lines: readonly [string, string][],
  body: string,
): ReceivedRequest {
  const headers = new Headers()
  for (const [name, value] of lines) {
    // As `serve` hands on repeated headers: Headers.append would join them by ', '.
    const before = headers.get(name)
    headers.set(name, before === null ? value : `${before},${value.trim()}`)
  }
  return {
    method,
    url: new URL(`https://example.amazonaws.com${target}`),
    headers,
    body: new TextEncoder().encode(body),
  }
}

function withHeader(
  request: ReceivedRequest,
  name: string,
  change: (value: string) => string,
): ReceivedRequest {
  const headers = new Headers(request.headers)
  headers.set(name, change(headers.get(name) ?? ''))
  return { ...request, headers }
}

function flippedQuery(request: ReceivedRequest, name: string): ReceivedRequest {
  const url = new URL(request.url)
  url.searchParams.set(name, flip(url.searchParams.get(name) ?? '', 0))
  return { ...request, url }
}

// The lowest bit keeps digits digits and letters letters.
function flip(text: string, position: number): string {
  const code = text.charCodeAt(position)
  if (Number.isNaN(code)) throw new RangeError(`nothing to change at ${position}`)
  return text.slice(0, position) + String.fromCharCode(code ^ 1) + text.slice(position + 1)
}

// An empty body has no bit; there the change is a byte more.
function flipByte(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return body.length === 0 ? new Uint8Array(1) : body.map((byte, index) => (index === 0 ? byte ^ 1 : byte))
}
