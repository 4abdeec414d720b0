// The platform's own fetch against real servers on loopback: what goes over the wire is what was promised.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { type BearerSource, withWebIdentity } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { stage } from './support.ts'

interface Received {
  /** `POST /path`. */
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface TestServer {
  readonly url: string
  readonly received: Received[]
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function serve(answer: (request: Received, response: ServerResponse) => void): Promise<TestServer> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const seen = { line: `${request.method} ${request.url}`, headers: request.headers, body }
    received.push(seen)
    answer(seen, response)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has such an address, and no string.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, received }
}

const HOSTS = { hosts: ['127.0.0.1', 'localhost'] }

/** Answers 401 to this token alone. */
const refuses = (token: string) => (request: Received, response: ServerResponse) =>
  response.writeHead(request.headers.authorization === `Bearer ${token}` ? 401 : 200).end('body')

function serialSource(): BearerSource {
  let serial = 1
  return {
    getToken: async () => `t${serial}`,
    invalidate: async () => {
      serial += 1
    },
  }
}

const fetchApi = (source = serialSource()) => withWebIdentity(fetch, source, HOSTS)

describe('a redirect to another origin', () => {
  test.each([301, 302, 303, 307, 308])('by %d never shows the token there', async (status) => {
    const other = await serve((_, response) => response.end('other'))
    const api = await serve((_, response) => response.writeHead(status, { location: `${other.url}/b` }).end())
    const headers = { 'x-mine': '1', cookie: 'a=b' }
    const response = await fetchApi()(`${api.url}/a`, { method: 'POST', body: 'x', headers })
    expect(await response.text()).toBe('other')
    expect(response.url).toBe(`${other.url}/b`)
    expect(api.received.map(({ headers: each }) => each.authorization)).toEqual(['Bearer t1'])
    const [there] = other.received
    expect(there?.line).toBe(status < 307 ? 'GET /b' : 'POST /b')
    expect(there?.body).toBe(status < 307 ? '' : 'x')
    expect(there?.headers.authorization).toBe(undefined)
    expect(there?.headers.cookie).toBe(undefined)
    expect(there?.headers['x-mine']).toBe('1')
  })

  test('and from there back does not show it either', async () => {
    const api = await serve(({ line }, response) =>
      line === 'GET /a' ? response.writeHead(302, { location: `${other.url}/` }).end() : response.end('back'),
    )
    const other = await serve((_, response) => response.writeHead(302, { location: `${api.url}/b` }).end())
    expect(await (await fetchApi()(`${api.url}/a`)).text()).toBe('back')
    expect(api.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', undefined])
  })

  test('is one to another name of the same server, too', async () => {
    const api = await serve(({ line }, response) =>
      line === 'GET /a'
        ? response.writeHead(302, { location: `${api.url.replace('127.0.0.1', 'localhost')}/b` }).end()
        : response.end(),
    )
    await fetchApi()(`${api.url}/a`).catch(() => {}) // where localhost is ::1 alone, nobody is there
    expect(api.received.slice(1).map(({ headers }) => headers.authorization)).not.toContain('Bearer t1')
  })
})

describe('a redirect within the origin', () => {
  test.each([
    [302, 'GET /b', '', undefined],
    [303, 'GET /b', '', undefined],
    [307, 'POST /b', 'a=1', 'application/x-www-form-urlencoded;charset=UTF-8'],
    [308, 'POST /b', 'a=1', 'application/x-www-form-urlencoded;charset=UTF-8'],
  ])('by %d is followed with the token, as %s', async (status, line, body, type) => {
    const api = await serve((request, response) =>
      request.line === 'POST /a' ? response.writeHead(status, { location: 'b' }).end() : response.end('b'),
    )
    const init = { method: 'POST', body: new URLSearchParams({ a: '1' }) }
    const response = await fetchApi()(`${api.url}/a`, init)
    expect(await response.text()).toBe('b')
    const [, there] = api.received
    expect(there).toMatchObject({ line, body })
    expect(there?.headers.authorization).toBe('Bearer t1')
    expect(there?.headers['content-type']).toBe(type)
  })

  test('of a Request is the same request at the new address', async () => {
    const api = await serve(({ line }, response) =>
      line === 'DELETE /a' ? response.writeHead(307, { location: '/b' }).end() : response.end(),
    )
    await fetchApi()(new Request(`${api.url}/a`, { method: 'DELETE', headers: { 'x-mine': '1' } }))
    expect(api.received.map(({ line, headers }) => [line, headers['x-mine'], headers.authorization])).toEqual(
      [
        ['DELETE /a', '1', 'Bearer t1'],
        ['DELETE /b', '1', 'Bearer t1'],
      ],
    )
  })

  test('that goes in circles ends', async () => {
    const api = await serve((_, response) => response.writeHead(302, { location: '/' }).end())
    expect(await rejectionOf(fetchApi()(api.url))).toMatchObject({ code: 'redirect' })
    expect(api.received).toHaveLength(21)
  })

  test('is refused where the caller wants an error', async () => {
    const api = await serve((_, response) => response.writeHead(302, { location: '/b' }).end())
    expect(await rejectionOf(fetchApi()(api.url, { redirect: 'error' }))).toMatchObject({ code: 'redirect' })
    const request = new Request(api.url, { redirect: 'error' })
    expect(await rejectionOf(fetchApi()(request))).toMatchObject({ code: 'redirect' })
    expect(api.received).toHaveLength(2)
  })
})

describe('a token that is refused', () => {
  test.each([
    ['nothing', undefined, ''],
    ['a string', 'x', 'x'],
    ['bytes', new TextEncoder().encode('x'), 'x'],
    ['a Blob', new Blob(['x']), 'x'],
    ['a form', new URLSearchParams({ a: '1' }), 'a=1'],
  ])('is replaced, and %s sent again', async (_, body, arrived) => {
    const api = await serve(refuses('t1'))
    const response = await fetchApi()(api.url, { method: 'POST', body: body ?? null })
    expect(response.status).toBe(200)
    expect(api.received.map((each) => [each.headers.authorization, each.body])).toEqual([
      ['Bearer t1', arrived],
      ['Bearer t2', arrived],
    ])
  })

  test('with the only copy of a body leaves the 401 as it came', async () => {
    const api = await serve(refuses('t1'))
    const send = fetchApi()
    const response = await send(new Request(api.url, { method: 'POST', body: 'x' }))
    expect([response.status, await response.text()]).toEqual([401, 'body'])
    expect((await send(api.url)).status).toBe(200)
    expect(api.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2'])
    // Its length is known, as it is without us.
    expect(api.received[0]?.headers['content-length']).toBe('1')
  })

  test('of a real source is minted anew, once for all', async () => {
    const { source, sts } = stage()
    const first = await source.getToken()
    const api = await serve(refuses(first))
    const send = fetchApi(source)
    const responses = await Promise.all(Array.from({ length: 20 }, () => send(api.url)))
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(sts.minted).toHaveLength(2)
  })
})

test('a request that is given up while it is under way rejects with the caller’s reason', async () => {
  const api = await serve(() => {})
  const controller = new AbortController()
  const waiting = rejectionOf(fetchApi()(api.url, { signal: controller.signal }))
  while (api.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort(new Error('enough'))
  expect(String(await waiting)).toContain('enough')
})
