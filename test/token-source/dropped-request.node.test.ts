// A flight belongs to the request that began it: what becomes of those who wait for it when workerd drops that request
// together with its I/O. In real workerd, with an STS that answers slowly.

import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from 'miniflare'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tokenReply } from '../support/client.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }) // each starts workerd, on whatever machine

const WORKER = `
import { waitUntil } from 'cloudflare:workers'
import { createTokenSource, StsClient } from 'aws-web-identity'
const make = (options) => createTokenSource({
  sts: new StsClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  }),
  audience: 'https://api.example.com',
  signingAlgorithm: 'ES384',
  ...options,
})
// At module scope, as in production: shared by all requests of the isolate.
const sources = { plain: make(), waiting: make({ waitUntil }) }
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    const source = sources[searchParams.get('source') ?? 'plain']
    if (pathname === '/begin') {
      for (let index = 0; index < Number(searchParams.get('callers') ?? 1); index += 1) source.getToken().catch(() => {})
      await fetch('https://stage.example/sts-was-asked') // it answers much later
      return new Response('begun')
    }
    return new Response(await source.getToken())
  },
}
`

let worker: Miniflare
let url: URL
/** When a request came to STS, and how long its answer takes. */
let asked: number[]
let wasAsked: PromiseWithResolvers<void>
const LATENCY = 1000

beforeEach(async () => {
  asked = []
  wasAsked = Promise.withResolvers()
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir: join(import.meta.dirname, '../..') },
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    write: false,
  })
  worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-07-01',
      async outboundService({ url }: { readonly url: string }) {
        if (url === 'https://stage.example/sts-was-asked') {
          await wasAsked.promise
          return new WorkerResponse()
        }
        asked.push(Date.now())
        wasAsked.resolve()
        await setTimeout(LATENCY)
        const expiration = new Date(Date.now() + 300_000).toISOString()
        return new WorkerResponse(tokenReply(undefined, expiration), {
          headers: { 'content-type': 'text/xml' },
        })
      },
    }),
  )
  url = await worker.ready
})
afterEach(() => worker.dispose())

const ask = async (path: string) => (await fetch(new URL(path, url))).text()
const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/

test('who waits for a flight whose request has ended takes over, once for all', async () => {
  expect(await ask('/begin')).toBe('begun')
  const began = Date.now()
  const all = await Promise.all(Array.from({ length: 50 }, () => ask('/token')))
  expect(new Set(all).size).toBe(1)
  expect(all[0]).toMatch(TOKEN)
  expect(asked).toHaveLength(2)
  // The heart stands still for two seconds, then a request.
  expect(Date.now() - began).toBeLessThan(6000)
})

test('who waits beside thousands that were dropped takes over, too', async () => {
  expect(await ask('/begin?callers=5000')).toBe('begun')
  const began = Date.now()
  expect(await ask('/token')).toMatch(TOKEN)
  expect(Date.now() - began).toBeLessThan(6000)
  expect(asked).toHaveLength(2)
})

test('where `waitUntil` is given, the flight outlives its request', async () => {
  expect(await ask('/begin?source=waiting')).toBe('begun')
  expect(await ask('/token?source=waiting')).toMatch(TOKEN)
  expect(asked).toHaveLength(1)
})

test('a client that goes away in the middle harms no other', async () => {
  const going = httpRequest(new URL('/token', url))
  going.on('error', () => {})
  going.end()
  await wasAsked.promise
  const others = Array.from({ length: 20 }, () => ask('/token'))
  await setTimeout(300)
  going.destroy()
  for (const token of await Promise.all(others)) expect(token).toMatch(TOKEN)
  expect(asked.length).toBeLessThanOrEqual(2)
})

test('a flight that was lost is not what later callers wait for', async () => {
  await ask('/begin')
  await setTimeout(3000)
  const began = Date.now()
  expect(await ask('/token')).toMatch(TOKEN)
  expect(Date.now() - began).toBeLessThan(2000)
  expect(asked).toHaveLength(2)
})
