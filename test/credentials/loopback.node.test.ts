// The container's endpoint and the instance's metadata service as real HTTP servers on loopback, and real files.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultProvider, fromContainerMetadata, fromInstanceMetadata } from '../../src/credentials/index.ts'
import { rejectionOf } from '../support/client.ts'
import { credentialsJson, MINUTE, ROLES } from './support.ts'

let folder = ''
const closing: (() => void)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  for (const close of closing.splice(0)) close()
})

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo // a server that listens on TCP
  return { url: `http://127.0.0.1:${port}`, requests }
}

const send = (response: ServerResponse, body: unknown) => response.end(JSON.stringify(body))

test('a container’s endpoint is asked with what the file holds at that moment', async () => {
  const file = join(folder, 'token')
  writeFileSync(file, 'first')
  const authorizations: unknown[] = []
  const { url, requests } = await listen((request, response) => {
    authorizations.push(request.headers.authorization)
    send(response, credentialsJson(Date.now() + 60 * MINUTE))
  })
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials?a=b`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
  }
  const provider = defaultProvider({ env })
  await Promise.all(Array.from({ length: 1000 }, () => provider()))
  writeFileSync(file, 'second')
  await provider({ forceRefresh: true })
  expect(requests).toEqual(['GET /v1/credentials?a=b', 'GET /v1/credentials?a=b'])
  expect(authorizations).toEqual(['first', 'second'])
})

test('a file that is not there is named with its variable', async () => {
  const { url, requests } = await listen((_, response) => response.end())
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'none'),
  }
  expect(await rejectionOf(fromContainerMetadata({ env })())).toMatchObject({
    message: expect.stringMatching(
      /^fromContainerMetadata: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, ".*none", cannot be read: ENOENT$/,
    ),
  })
  expect(requests).toEqual([])
})

test('a redirect is followed to nowhere', async () => {
  const other = await listen((_, response) => send(response, credentialsJson(Date.now() + 60 * MINUTE)))
  const { url } = await listen((_, response) => response.writeHead(302, { location: other.url }).end())
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: url }
  expect(await rejectionOf(fromContainerMetadata({ env })())).toMatchObject({ cause: { code: 'redirect' } })
  expect(other.requests).toEqual([])
})

test.each<[string, (response: ServerResponse) => void, object]>([
  ['breaks off', (response) => response.writeHead(200, { 'content-length': 99 }).write('{'), {}],
  ['is reset', (response) => response.socket?.resetAndDestroy(), { code: 'network_failure' }],
  ['trickles', (response) => void setInterval(() => response.write(' '), 5).unref(), { code: 'timeout' }],
  ['has 10 MB', (response) => response.end(Buffer.alloc(10_000_000, 32)), { code: 'too_large' }],
])('an answer that %s ends within its time', async (name, answer, cause) => {
  const { url } = await listen((_, response) => {
    answer(response)
    if (name === 'breaks off') setTimeout(() => response.socket?.destroy(), 5)
  })
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: url }
  const started = performance.now()
  expect(await rejectionOf(fromContainerMetadata({ env, timeout: 1000 })())).toMatchObject({ cause })
  expect(performance.now() - started).toBeLessThan(4000)
})

test('a port where nobody listens is said by its address', async () => {
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/' }
  const error = await rejectionOf(fromContainerMetadata({ env })())
  expect(error).toMatchObject({ cause: { code: 'network_failure' } })
  expect((error as Error).message).toContain('No response from http://127.0.0.1:1: ')
})

test('an instance’s metadata service is spoken to in version 2, and its token is renewed after a 401', async () => {
  let token = 0
  const { url, requests } = await listen((request, response) => {
    if (request.method === 'PUT') {
      token += 1
      const ttl = 'x-aws-ec2-metadata-token-ttl-seconds'
      response
        .writeHead(request.headers[ttl] === '21600' ? 200 : 400, { [ttl]: '21600' })
        .end(`token-${token}`)
    } else if (request.headers['x-aws-ec2-metadata-token'] !== `token-${token}`) response.writeHead(401).end()
    else if (request.url === ROLES) response.end('web-server')
    else send(response, credentialsJson(Date.now() + 60 * MINUTE))
  })
  const provider = fromInstanceMetadata({ env: {}, endpoint: url })
  await provider()
  token += 1 // as after a restart of the service
  await provider({ forceRefresh: true })
  expect(requests).toEqual([
    'PUT /latest/api/token',
    `GET ${ROLES}`,
    `GET ${ROLES}web-server`,
    `GET ${ROLES}`,
    'PUT /latest/api/token',
    `GET ${ROLES}`,
    `GET ${ROLES}web-server`,
  ])
})

test('a laptop is held up for a second and no longer', async () => {
  const { url, requests } = await listen(() => {}) // never answers
  const provider = fromInstanceMetadata({ env: {}, endpoint: url })
  const started = performance.now()
  expect(await rejectionOf(provider())).toMatchObject({ tryNextLink: true })
  expect(performance.now() - started).toBeLessThan(1500)
  await rejectionOf(provider())
  expect(requests.length).toBeLessThanOrEqual(2)
})
