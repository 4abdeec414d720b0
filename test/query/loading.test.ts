import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CallOptions, Fetch, StsClientOptions } from '../../src/index.ts'
import { INPUT, rejectionOf, TOKEN, tokenReply } from '../support/client.ts'
import { xmlReply } from '../support/scripted-fetch.ts'

const happened: string[] = []

// A client of which nothing was loaded on demand yet, and which tells when the parser is.
async function freshClient(fetch: Fetch, options: Partial<StsClientOptions> = {}) {
  const { makeClient } = await import('../support/client.ts')
  return makeClient({ fetch, ...options })
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

beforeEach(() => {
  happened.length = 0
  vi.resetModules()
  vi.doMock('@xmldom/xmldom/lib/sax.js', async (importOriginal) => {
    happened.push('the parser is loaded')
    return importOriginal()
  })
})
afterEach(() => void vi.doUnmock('@xmldom/xmldom/lib/sax.js'))

test('what reads the reply is loaded while the request is under way, once, and not before', async () => {
  const client = await freshClient(async () => {
    happened.push('the request is sent')
    await vi.waitFor(() => expect(happened).toContain('the parser is loaded'), { timeout: 4000 })
    happened.push('the response comes')
    return xmlReply(tokenReply())
  })
  expect(await client.getWebIdentityToken(INPUT)).toHaveProperty('webIdentityToken', TOKEN)
  expect(happened).toEqual(['the request is sent', 'the parser is loaded', 'the response comes'])
  await client.getWebIdentityToken(INPUT)
  expect(happened.slice(3)).toEqual(['the request is sent', 'the response comes'])
})

test.each<[string, Partial<StsClientOptions>, CallOptions]>([
  ['for which there are no credentials', { credentials: undefined }, {}],
  ['that is aborted before it is sent', {}, { signal: AbortSignal.abort(new Error('changed my mind')) }],
])('nothing is loaded for a call %s', async (_, options, callOptions) => {
  const client = await freshClient(() => Promise.reject(new TypeError('offline')), options)
  await rejectionOf(client.getWebIdentityToken(INPUT, callOptions))
  await later(50)
  expect(happened).toEqual([])
})

test('nothing is loaded for a request that is aborted at once', async () => {
  const controller = new AbortController()
  const client = await freshClient(async () => {
    controller.abort(new Error('changed my mind'))
    throw controller.signal.reason
  })
  const { signal } = controller
  await expect(client.getWebIdentityToken(INPUT, { signal })).rejects.toThrow('changed my mind')
  await later(50)
  expect(happened).toEqual([])
})

class TokenRequest {
  constructor(members: object) {
    Object.assign(this, members)
  }
}

test.each<[string, <Members extends object>(members: Members) => Members]>([
  ['a literal', (members) => members],
  ['without a prototype', (members) => Object.assign(Object.create(null), members)],
  ['of a class', (members) => Object.assign(new TokenRequest(members), members)],
])('what a caller changes in his input, %s, while the rules are loaded is not sent', async (_, make) => {
  const bodies: string[] = []
  const client = await freshClient(async (_, init) => {
    bodies.push(String(init?.body))
    return xmlReply(tokenReply())
  })
  const input = make({
    audience: ['https://first.example'],
    signingAlgorithm: 'ES384' as const,
    tags: [{ key: 'team', value: 'a' }],
  })
  const first = client.getWebIdentityToken(input)
  input.audience[0] = 'https://second.example'
  input.audience.push('https://third.example')
  for (const tag of input.tags) tag.value = 'b'
  await first
  expect(new URLSearchParams(bodies[0]).get('Audience.member.1')).toBe('https://first.example')
  expect(new URLSearchParams(bodies[0]).has('Audience.member.2')).toBe(false)
  expect(new URLSearchParams(bodies[0]).get('Tags.member.1.Value')).toBe('a')
})

test('nor what he changes in the input of a role', async () => {
  const bodies: string[] = []
  const client = await freshClient(async (_, init) => {
    bodies.push(String(init?.body))
    return xmlReply('<a/>')
  })
  const input = {
    roleArn: 'arn:aws:iam::123456789012:role/first',
    roleSessionName: 'session',
    webIdentityToken: 'a.b.c',
  }
  const { webIdentityToken: _, ...ofRole } = input
  const calls = [client.assumeRoleWithWebIdentity(input), client.assumeRole(ofRole)]
  for (const each of [input, ofRole]) each.roleArn = 'arn:aws:iam::123456789012:role/second'
  await Promise.allSettled(calls)
  expect(bodies.map((body) => new URLSearchParams(body).get('RoleArn'))).toEqual([
    'arn:aws:iam::123456789012:role/first',
    'arn:aws:iam::123456789012:role/first',
  ])
})
