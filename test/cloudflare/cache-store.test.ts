// Tokens that are shared through the Cache API: the runtime's own where it has one, which is workerd, and a fake one for
// what a real one does not do at the wish of a test.

import { describe, expect, test } from 'vitest'
import { cacheStore, type TokenCache } from '../../src/cloudflare/cache-store.ts'
import { entryOf, isolate, type MemoryStore, memoryStore } from '../token-source/memory-store.ts'

/** A store that tells what it is asked, with a real or a fake cache behind it. */
function watched(cache: TokenCache): MemoryStore {
  const memory = memoryStore()
  const { get, set, delete: forget } = cacheStore(cache) as MemoryStore
  return {
    ...memory,
    get,
    async set(key, value, options) {
      await memory.set(key, value, options)
      await set(key, value, options)
    },
    delete: forget,
  }
}

// Node has no cache of its own.
describe.runIf('caches' in globalThis)('a real cache', () => {
  const open = () => caches.open(crypto.randomUUID())

  test('shares a token between two isolates', async () => {
    const cache = await open()
    const first = isolate(cacheStore(cache))
    const token = await first.source.getToken()
    await first.settled()
    const second = isolate(cacheStore(cache))
    expect(await second.source.getToken()).toBe(token)
    expect(second.sts.asked).toEqual([])
    expect([...first.events, ...second.events].map(({ type }) => type)).toEqual(['token', 'token'])
  })

  test('keeps an entry under a host that nobody can have, for as long as the token lives', async () => {
    const cache = await open()
    const store = watched(cache)
    const { source, settled } = isolate(store)
    const token = await source.getToken()
    await settled()
    const [name, text] = entryOf(store)
    const response = await cache.match(`https://aws-web-identity.invalid/${encodeURIComponent(name)}`)
    expect(response?.headers.get('cache-control')).toBe('max-age=300')
    expect(await response?.text()).toBe(text)
    expect(text).not.toContain(token)
  })

  test('drops a token that is invalidated', async () => {
    const cache = await open()
    const { source, sts, settled } = isolate(cacheStore(cache))
    const token = await source.getToken()
    await settled()
    await source.invalidate(token)
    const second = isolate(cacheStore(cache))
    expect(await second.source.getToken()).toBe(second.sts.minted[0])
    expect(sts.asked).toHaveLength(1)
  })

  test('has nothing, and says so, where there is nothing', async () => {
    expect(await cacheStore(await open()).get('name')).toBeUndefined()
  })
})

/** A cache that answers everything with this. */
const answering = (response: () => Response): TokenCache => ({
  match: async () => response(),
  put: async () => {},
  delete: async () => true,
})

test('an entry of 16 MB is read no further than 64 KiB', async () => {
  let pulled = 0
  const long = new ReadableStream({
    pull(controller) {
      pulled += 1
      controller.enqueue(new Uint8Array(16 * 1024).fill(65))
      if (pulled === 1000) controller.close()
    },
  })
  const { source, sts, events } = isolate(cacheStore(answering(() => new Response(long))))
  expect(await source.getToken()).toBe(sts.minted[0])
  expect(events[0]).toEqual({ type: 'store_failed', action: 'get', reason: 'error' })
  expect(pulled).toBeLessThan(10)
})

test('an entry that is not ours is replaced', async () => {
  const { source, sts, events } = isolate(cacheStore(answering(() => new Response('<h1>Not found</h1>'))))
  expect(await source.getToken()).toBe(sts.minted[0])
  expect(events[0]).toEqual({ type: 'store_rejected', action: 'get', reason: 'malformed' })
})

test.each([undefined, null, {}, 'caches.default', { match() {} }])(
  'what is no cache is refused: %s',
  (cache) => {
    // What is wrong here, the types would not let pass.
    expect(() => cacheStore(cache as never)).toThrow('cache must be a cache, such as caches.default')
  },
)
