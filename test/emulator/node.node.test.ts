import { once } from 'node:events'
import { connect } from 'node:net'
import { GetCallerIdentityCommand, GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.ts'
import { type ServedEmulator, type ServeOptions, serve } from '../../src/emulator/node.ts'
import { call, flatten, send, sign } from './sts-call.ts'

const whoami = flatten({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
const served: ServedEmulator[] = []

afterEach(async () => {
  await Promise.all(served.splice(0).map(({ close }) => close()))
})

describe('over HTTP', () => {
  test('a token verifies through discovery and the JWKS at its issuer', async () => {
    const emulator = createEmulator()
    const { url } = await start(emulator)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    expect(emulator.endpoint).toBe(url)

    const parameters = {
      Action: 'GetWebIdentityToken',
      Audience: ['https://api.example.com'],
      SigningAlgorithm: 'RS256',
    }
    const answer = await call(overHttp(emulator), parameters, { signedAt: Date.now() })
    const discovery = await fetch(`${emulator.issuer}/.well-known/openid-configuration`)
    const { issuer, jwks_uri } = (await discovery.json()) as { issuer: string; jwks_uri: string }
    expect(issuer).toBe(emulator.issuer)
    const { payload } = await jwtVerify(
      answer.text('WebIdentityToken') ?? '',
      createRemoteJWKSet(new URL(jwks_uri)),
      {
        issuer,
        audience: 'https://api.example.com',
        algorithms: ['RS256'],
      },
    )
    expect(payload.sub).toBe('arn:aws:iam::123456789012:user/developer')
  })

  test('the AWS SDK’s own client is understood, and understands', async () => {
    const emulator = createEmulator()
    const { url } = await start(emulator)
    const sts = new STSClient({ region: 'eu-west-1', endpoint: url, credentials: emulator.credentials })
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
    expect(Arn).toBe('arn:aws:iam::123456789012:user/developer')
    const command = { Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384', Tags: [] }
    const { WebIdentityToken, Expiration } = await sts.send(new GetWebIdentityTokenCommand(command))
    expect(Expiration).toBeInstanceOf(Date)
    expect(decodeJwt(WebIdentityToken ?? '').iss).toBe(emulator.issuer)
    const refused = sts.send(new GetWebIdentityTokenCommand({ ...command, SigningAlgorithm: 'none' }))
    await expect(refused).rejects.toMatchObject({ name: 'ValidationError' })
    sts.destroy()
  })

  test('an answer comes with its length, as AWS sends it', async () => {
    const { url } = await start(createEmulator())
    const response = await fetch(url, { method: 'POST' })
    expect(response.headers.get('transfer-encoding')).toBeNull()
    expect(response.headers.get('content-length')).toBe(String((await response.text()).length))
  })

  test.each(['before', 'headers', 'body'] as const)('a fault cuts the connection: %s', async (close) => {
    const emulator = createEmulator({ faults: [{ times: 1, close }] })
    const { url } = await start(emulator)
    const answer = await exchange(url, ['POST / HTTP/1.1', 'Host: localhost', 'Content-Length: 0', '', ''])
    const [head = '', body] = answer.split('\r\n\r\n')
    expect(head.startsWith('HTTP/1.1 400')).toBe(close !== 'before')
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    expect(body?.length).toBe({ before: undefined, headers: 0, body: Math.ceil(length / 2) }[close])
    expect((await fetch(url, { method: 'POST' })).status).toBe(400)
  })

  test('discovery answers under localhost too', async () => {
    const emulator = createEmulator()
    const { url } = await start(emulator)
    const address = `${emulator.issuer}/.well-known/openid-configuration`.replace('127.0.0.1', 'localhost')
    expect(address).not.toContain(url)
    expect((await fetch(address)).status).toBe(200)
  })

  test('a header that is repeated is verified as SigV4 joins it', async () => {
    const emulator = createEmulator()
    const { url } = await start(emulator)
    const { headers } = await sign(emulator, whoami, {
      headers: { 'my-header': 'a,b' },
      signedAt: Date.now(),
    })
    headers.delete('my-header')
    const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
    const { host } = new URL(url)
    const answer = await exchange(url, [
      'POST / HTTP/1.1',
      `Host: ${host}`,
      'My-Header: a',
      'My-Header: b',
      'Connection: close',
      `Content-Length: ${whoami.length}`,
      ...lines,
      '',
      whoami,
    ])
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('the signed host is the Host header as it was sent', async () => {
    const emulator = createEmulator()
    const { url } = await start(emulator)
    const { port } = new URL(url)
    const request = await sign(emulator, whoami, { url: `http://localhost:${port}/`, signedAt: Date.now() })
    expect((await send(overHttp(emulator), request)).status).toBe(200)

    const { headers } = await sign(emulator, whoami, { signedAt: Date.now() })
    const moved = new Request(`http://localhost:${port}/`, { method: 'POST', headers, body: whoami })
    expect((await send(overHttp(emulator), moved)).text('Code')).toBe('SignatureDoesNotMatch')
  })

  test('a body of more than a mebibyte is refused', async () => {
    const emulator = createEmulator()
    const { url } = await start(emulator)
    const body = new Uint8Array(8 * 1_048_576)
    expect((await fetch(url, { method: 'POST', body })).status).toBe(413)
  })

  test.each([
    'Host: a b',
    'Host: a\r\nHost: b',
    'Host: user@127.0.0.1',
    'Host: 127.0.0.1/path',
    'Host: [::1',
    'Host: a:99999',
  ])('a malformed "%s" is a bad request', async (host) => {
    const { url } = await start(createEmulator())
    expect(await exchange(url, ['GET /other HTTP/1.1', host, 'Connection: close', '', ''])).toMatch(
      /^HTTP\/1\.1 400 /,
    )
  })

  test.each(['TRACE / HTTP/1.1', 'GET http://example.com/ HTTP/1.1', 'OPTIONS * HTTP/1.1'])(
    '"%s" is a bad request',
    async (line) => {
      const { url } = await start(createEmulator())
      expect(await exchange(url, [line, 'Host: a', 'Connection: close', '', ''])).toMatch(/^HTTP\/1\.1 400 /)
    },
  )

  test('a defect answers as an internal failure', async () => {
    const broken = createEmulator({
      now: () => {
        throw new Error('no clock')
      },
    })
    const { url } = await start(broken)
    const response = await fetch(url, { method: 'POST' })
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('<Type>Receiver</Type><Code>InternalFailure</Code>')
  })

  test.each([['text'], [Object.create(null)]])(
    'a defect that is no error is one all the same',
    async (thrown) => {
      const broken = createEmulator({
        now: () => {
          throw thrown
        },
      })
      const { url } = await start(broken)
      expect((await fetch(url, { method: 'POST' })).status).toBe(500)
    },
  )

  test('a client that goes away disturbs nobody else', async () => {
    const emulator = createEmulator()
    const { url } = await start(emulator)
    const gone = connect(Number(new URL(url).port), '127.0.0.1')
    await once(gone, 'connect')
    gone.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nAction=')
    gone.destroy()
    const keys = new AbortController()
    const abandoned = fetch(`${emulator.issuer}/.well-known/jwks.json`, { signal: keys.signal })
    const waiting = fetch(`${emulator.issuer}/.well-known/jwks.json`)
    keys.abort()
    await expect(abandoned).rejects.toThrow()
    expect((await waiting).status).toBe(200)
  })
})

describe('serve', () => {
  test('rejects where the port is taken, and says so', async () => {
    const { url } = await start(createEmulator())
    const port = Number(new URL(url).port)
    const emulator = createEmulator()
    await expect(serve(emulator, { port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken: choose another, or 0 for any free one`,
    )
    expect(emulator.endpoint).toBe('https://sts.us-east-1.amazonaws.com')
  })

  test('rejects where the hostname is none of this machine’s', async () => {
    await expect(serve(createEmulator(), { hostname: '192.0.2.1' })).rejects.toThrow(
      'hostname 192.0.2.1 is no address of this machine',
    )
  })

  test.each<[unknown, string]>([
    [{ port: -1 }, 'port must be an integer from 0 to 65535'],
    [{ port: '80' }, 'port must be an integer from 0 to 65535'],
    [{ host: '0.0.0.0' }, 'host is not known here'],
  ])('refuses %j', async (options, message) => {
    // What a caller without types may pass.
    await expect(serve(createEmulator(), options as ServeOptions)).rejects.toThrow(message)
  })

  test.each([
    ['::1', /^http:\/\/\[::1\]:\d+$/],
    ['0.0.0.0', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['localhost', /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/],
  ])('on %s has a URL that answers', async (hostname, url) => {
    const emulator = createEmulator()
    expect((await start(emulator, { hostname })).url).toMatch(url)
    expect((await fetch(`${emulator.issuer}/.well-known/openid-configuration`)).status).toBe(200)
  })

  test.each([
    ['is kept alive', 'GET /other HTTP/1.1\r\nHost: a\r\n\r\n'],
    [
      'has sent half of another request',
      'GET /other HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nA',
    ],
  ])('closes at once, though a connection %s, and twice without harm', async (_, sent) => {
    const { url, close } = await start(createEmulator())
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const ended = once(socket, 'close')
    socket.write(sent)
    await once(socket, 'data')
    await close()
    await ended
    await close()
    await expect(fetch(url)).rejects.toThrow()
  })
})

async function start(emulator: Emulator, options?: ServeOptions): Promise<ServedEmulator> {
  const server = await serve(emulator, options)
  served.push(server)
  return server
}

// The same emulator, but every request goes over the socket.
function overHttp(emulator: Emulator): Emulator {
  return Object.create(emulator, {
    fetch: { value: (...input: Parameters<typeof fetch>) => fetch(...input) },
  })
}

// Sends lines as they are, which no HTTP client would, and reads until the server closes.
async function exchange(url: string, lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(lines.join('\r\n'))
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}
