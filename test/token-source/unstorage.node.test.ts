// An instance of `unstorage` is a store as it is, in types and at run time, whatever its driver.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStorage, type Driver, prefixStorage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs'
import fsLiteDriver from 'unstorage/drivers/fs-lite'
import lruCacheDriver from 'unstorage/drivers/lru-cache'
import memoryDriver from 'unstorage/drivers/memory'
import { afterAll, expect, test, vi } from 'vitest'
import { createTokenSource, type TokenStore } from '../../src/index.ts'
import { isolate, keyOf } from './memory-store.ts'
import { AUDIENCE, fakeSts } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'aws-web-identity-unstorage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each<[string, () => Driver]>([
  ['memory', () => memoryDriver()],
  ['lru-cache', () => lruCacheDriver({})],
  ['fs', () => fsDriver({ base: join(folder, 'fs') })],
  ['fs-lite', () => fsLiteDriver({ base: join(folder, 'fs-lite') })],
])('with the driver %s sources share a token, and drop it', async (_, driver) => {
  const storage = createStorage({ driver: driver() })
  const first = isolate(storage)
  const token = await first.source.getToken()
  await first.settled()
  const second = isolate(storage)
  expect(await second.source.getToken()).toBe(token)
  expect(second.sts.asked).toEqual([])
  await second.source.invalidate(token)
  expect(await storage.getKeys()).toEqual([])
  expect([...first.events, ...second.events].map(({ type }) => type)).toEqual([
    'token',
    'token',
    'invalidated',
  ])
})

test('types: an instance fits where a store is asked for, with values of any type or of strings', async () => {
  const stores: TokenStore[] = [
    createStorage(),
    createStorage<string>(),
    prefixStorage(createStorage(), 'tokens'),
  ]
  for (const store of stores) {
    const source = createTokenSource({
      sts: fakeSts(),
      audience: AUDIENCE,
      signingAlgorithm: 'ES384',
      store,
      sealingKeys: keyOf(1),
    })
    expect(await source.getToken()).toMatch(/^eyJ/)
  }
})

test('a process that starts later finds the token in a file, where it is sealed', async () => {
  const base = join(folder, 'later')
  const first = isolate(createStorage({ driver: fsDriver({ base }) }))
  const token = await first.source.getToken()
  await first.settled()
  const [name = ''] = readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  expect(readFileSync(name, 'utf8')).not.toContain(token)
  const second = isolate(createStorage({ driver: fsDriver({ base }) }))
  expect(await second.source.getToken()).toBe(token)
})

test('a driver that knows no time leaves an entry that has expired, and it counts as none', async () => {
  const storage = createStorage({ driver: memoryDriver() })
  const first = isolate(storage)
  await first.source.getToken()
  await first.settled()
  vi.useFakeTimers({ now: Date.now() + 300_001 })
  try {
    const second = isolate(storage)
    expect(await second.source.getToken()).toBe(second.sts.minted[0])
    expect(second.events[0]).toEqual({ type: 'store_rejected', action: 'get', reason: 'expired' })
  } finally {
    vi.useRealTimers()
  }
})

test('a driver that fails harms nobody', async () => {
  const fail = () => Promise.reject(new Error('the disk is full'))
  const storage = createStorage({
    driver: { name: 'broken', hasItem: fail, getItem: fail, setItem: fail, removeItem: fail, getKeys: fail },
  })
  const { source, sts, events, settled } = isolate(storage)
  expect(await source.getToken()).toBe(sts.minted[0])
  await settled()
  expect(events.filter(({ type }) => type === 'store_failed')).toHaveLength(2)
})
