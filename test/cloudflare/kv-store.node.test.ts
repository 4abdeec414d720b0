// Tokens that are shared through Workers KV, as miniflare has it.

import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { kvStore } from '../../src/cloudflare/kv-store.ts'
import { isolate } from '../token-source/memory-store.ts'

/** Miniflare's store takes its time on a busy machine. */
const PATIENT = { storeTimeout: 10_000 }

describe('KV itself', () => {
  let miniflare: Miniflare
  beforeAll(() => {
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: 'export default {}',
        kvNamespaces: ['TOKENS'],
        compatibilityDate: '2026-07-01',
      }),
    )
  })
  afterAll(() => miniflare.dispose())
  afterEach(async () => {
    const namespace = await miniflare.getKVNamespace('TOKENS')
    for (const { name } of (await namespace.list()).keys) await namespace.delete(name)
  })

  test('shares a token between two isolates, sealed', async () => {
    const namespace = await miniflare.getKVNamespace('TOKENS')
    const first = isolate(kvStore(namespace), PATIENT)
    const token = await first.source.getToken()
    await first.settled()
    const second = isolate(kvStore(namespace), PATIENT)
    expect(await second.source.getToken()).toBe(token)
    expect(second.sts.asked).toEqual([])
    const { keys } = await namespace.list()
    expect(keys).toEqual([
      { name: expect.stringMatching(/^web-identity-token:[\w-]{43}$/), expiration: expect.any(Number) },
    ])
    expect(await namespace.get(keys[0]?.name ?? '')).not.toContain(token)
    expect([...first.events, ...second.events].map(({ type }) => type)).toEqual(['token', 'token'])
  })

  test.each([
    ['as long as the token lives', 300, 300],
    ['for a minute at the least, for KV takes no less', 5, 60],
  ])('keeps an entry %s', async (_, ttlSeconds, kept) => {
    const namespace = await miniflare.getKVNamespace('TOKENS')
    const began = Math.floor(Date.now() / 1000)
    await kvStore(namespace).set('name', 'value', { ttlSeconds, ttl: ttlSeconds })
    const { expiration = 0 } = (await namespace.list()).keys[0] ?? {}
    expect(expiration).toBeGreaterThanOrEqual(began + kept)
    expect(expiration).toBeLessThanOrEqual(began + kept + 3)
    expect(await kvStore(namespace).get('name')).toBe('value')
  })

  test('refuses less than that, and a read that is cached for less than it is here', async () => {
    const namespace = await miniflare.getKVNamespace('TOKENS')
    await expect(namespace.put('name', 'value', { expirationTtl: 59 })).rejects.toThrow()
    await expect(namespace.get('name', { cacheTtl: 29 })).rejects.toThrow()
  })

  test('drops a token that is invalidated', async () => {
    const namespace = await miniflare.getKVNamespace('TOKENS')
    const { source, settled } = isolate(kvStore(namespace), PATIENT)
    const token = await source.getToken()
    await settled()
    await source.invalidate(token)
    expect((await namespace.list()).keys).toEqual([])
  })

  test('has nothing, and says so, where there is nothing', async () => {
    const { source, sts, events } = isolate(kvStore(await miniflare.getKVNamespace('TOKENS')), PATIENT)
    expect(await source.getToken()).toBe(sts.minted[0])
    expect(events.map(({ type }) => type)).toEqual(['token'])
  })
})

test.each([undefined, null, {}, 'TOKENS', { get() {} }])(
  'a binding that is missing is told by name: %s',
  (namespace) => {
    // What is wrong here, the types would not let pass.
    expect(() => kvStore(namespace as never)).toThrow(
      'namespace must be a KV namespace: name its binding in the configuration of the Worker',
    )
  },
)
