import { describe, expect, test } from 'vitest'
import { createEmulator, type Emulator, withControl } from '../../../src/emulator/index.ts'
import { call, now } from '../sts-call.ts'

const json = { 'content-type': 'application/json' }
const fault = { operation: 'GetCallerIdentity', status: 503, times: 2 }

describe('faults', () => {
  test('are ordered, happen, are told and are taken back', async () => {
    const emulator = make()
    const ordered = await control(emulator, 'PUT', 'faults', [fault])
    expect(ordered).toEqual({ status: 200, body: [fault] })
    expect((await call(emulator, { Action: 'GetCallerIdentity' })).status).toBe(503)
    expect(await control(emulator, 'GET', 'faults')).toEqual({ status: 200, body: [{ ...fault, times: 1 }] })
    expect(await control(emulator, 'DELETE', 'faults')).toEqual({ status: 204, body: undefined })
    expect((await call(emulator, { Action: 'GetCallerIdentity' })).status).toBe(200)
    expect(await control(emulator, 'GET', 'faults')).toEqual({ status: 200, body: [] })
  })

  test.each<[unknown, string, string]>([
    [[fault, { status: 5 }], 'faults[1].status', 'must be an integer from 200 to 599'],
    [[{ ...fault, sleep: 5 }], 'faults[0].sleep', 'is not known here'],
    [{ faults: [] }, 'faults', 'must be an array of faults'],
  ])('%j is refused by the member that is wrong, and those before stay', async (body, path, rule) => {
    const emulator = make()
    await control(emulator, 'PUT', 'faults', [fault])
    const error = { path, rule, message: `${path} ${rule}` }
    expect(await control(emulator, 'PUT', 'faults', body)).toEqual({ status: 400, body: { error } })
    expect(await control(emulator, 'GET', 'faults')).toEqual({ status: 200, body: [fault] })
  })

  test('that a function decides can’t be told', async () => {
    const emulator = withControl(createEmulator({ faults: () => undefined }))
    expect(await control(emulator, 'GET', 'faults')).toMatchObject({
      status: 409,
      body: { error: { path: 'faults' } },
    })
  })
})

test('requests are told, and forgotten', async () => {
  const emulator = make()
  await call(emulator, { Action: 'GetCallerIdentity' })
  const { body } = await control(emulator, 'GET', 'requests')
  expect(body).toMatchObject([{ operation: 'GetCallerIdentity', statusCode: 200 }])
  expect(JSON.stringify(body)).not.toContain(emulator.credentials.secretAccessKey)
  expect(await control(emulator, 'DELETE', 'requests')).toEqual({ status: 204, body: undefined })
  expect(await control(emulator, 'GET', 'requests')).toEqual({ status: 200, body: [] })
  expect(emulator.requests).toEqual([])
})

test('no cache keeps what is told', async () => {
  const { endpoint, fetch } = make()
  for (const path of ['faults', 'requests']) {
    const { headers } = await fetch(`${endpoint}/_emulator/${path}`)
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

describe('keys are rotated', () => {
  test.each([[undefined], [{}], [{ accountId: '123456789012' }]])('by %j', async (body) => {
    const emulator = make()
    expect(await control(emulator, 'POST', 'rotate-keys', body)).toEqual({ status: 204, body: undefined })
    const jwks = await emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`)
    expect(((await jwks.json()) as { keys: unknown[] }).keys).toHaveLength(4)
  })

  test.each([
    [{ accountId: '1' }, 'accountId', 'must have 12 digits'],
    [{ accountId: '999999999999' }, 'accountId', 'must be an account of the emulator'],
    [[], 'the body', 'must be an object'],
  ])('but not by %j', async (body, path, rule) => {
    expect(await control(make(), 'POST', 'rotate-keys', body)).toMatchObject({
      status: 400,
      body: { error: { path, rule } },
    })
  })
})

describe('it says no', () => {
  test.each<[string, string, RequestInit, number, string]>([
    ['to another method', 'faults', { method: 'POST', headers: json, body: '[]' }, 405, 'method'],
    ['to a form', 'faults', { method: 'PUT', body: '[]' }, 415, 'content-type'],
    [
      'to another kind of JSON',
      'faults',
      { method: 'PUT', headers: { 'content-type': 'application/json-seq' }, body: '[]' },
      415,
      'content-type',
    ],
    ['to a form without a body', 'rotate-keys', { method: 'POST' }, 415, 'content-type'],
    ['to what is no JSON', 'faults', { method: 'PUT', headers: json, body: '[' }, 400, 'the body'],
    ['to no list', 'faults', { method: 'PUT', headers: json }, 400, 'the body'],
    [
      'to a body without an end',
      'faults',
      { method: 'PUT', headers: json, body: ' '.repeat(1_048_577) },
      413,
      'the body',
    ],
    ['to another site', 'requests', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, 'origin'],
    ['to another port', 'requests', { headers: { 'sec-fetch-site': 'same-site' } }, 403, 'origin'],
    [
      'to another origin',
      'faults',
      { method: 'DELETE', headers: { origin: 'http://localhost:3000' } },
      403,
      'origin',
    ],
    [
      'to a page that hides its origin',
      'faults',
      { method: 'PUT', headers: { ...json, origin: 'null' }, body: '[]' },
      403,
      'origin',
    ],
  ])('%s', async (_, path, init, status, member) => {
    const emulator = make()
    const response = await emulator.fetch(`${emulator.endpoint}/_emulator/${path}`, init)
    expect(await response.json()).toMatchObject({ error: { path: member } })
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, PUT, DELETE' : null)
  })

  test.each<[string, Record<string, string>]>([
    ['the emulator’s own origin', { origin: 'http://127.0.0.1:4566', 'sec-fetch-site': 'same-origin' }],
    ['who types the address', { 'sec-fetch-site': 'none' }],
    ['a content type with its character set', { 'content-type': 'application/json; charset=utf-8' }],
  ])('but not to %s', async (_, headers) => {
    const emulator = make()
    const url = 'http://127.0.0.1:4566/_emulator/faults'
    const init = { method: 'PUT', headers: { ...json, ...headers }, body: '[]' }
    expect((await emulator.fetch(url, init)).status).toBe(200)
  })

  test('to a site that makes its own name lead here', async () => {
    const emulator = make()
    expect((await emulator.fetch('http://evil.example:4566/_emulator/requests')).status).toBe(403)
    const told = withControl(createEmulator(), { hosts: ['emulator.internal'] })
    expect((await told.fetch('http://emulator.internal:4566/_emulator/requests')).status).toBe(200)
  })
})

test.each(['/_emulator/other', '/_emulator/', '/toString'])('%s is nothing', async (path) => {
  const emulator = make()
  expect((await emulator.fetch(emulator.endpoint + path)).status).toBe(404)
})

test('without it there is no control path', async () => {
  const emulator = createEmulator()
  const init = { method: 'PUT', headers: json, body: JSON.stringify([fault]) }
  expect((await emulator.fetch(`${emulator.endpoint}/_emulator/faults`, init)).status).toBe(404)
  expect(emulator.pendingFaults).toEqual([])
})

function make(): Emulator {
  return withControl(createEmulator({ now: () => now }))
}

async function control(emulator: Emulator, method: string, path: string, body?: unknown) {
  const response = await emulator.fetch(`${emulator.endpoint}/_emulator/${path}`, {
    method,
    ...(method !== 'GET' && { headers: json }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
