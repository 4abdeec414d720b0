// Tokens that several isolates share through a store, and a store that is broken, slow, or not to be trusted.

import { base64url, CompactEncrypt } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTokenSource, InputError, type TokenSourceOptions } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { entryOf, eventually, isolate, keyOf, type MemoryStore, memoryStore } from './memory-store.ts'
import { AUDIENCE, fakeSts, pass, START, stage, useFakeClock } from './support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A token of the default source, as it lies in the store. */
async function sealed(options: Partial<TokenSourceOptions> = {}, sts = fakeSts()): Promise<string> {
  const store = memoryStore()
  const { source, settled } = isolate(store, { ...options, sts })
  await source.getToken()
  await settled()
  return entryOf(store)[1]
}

/** A store that holds something under the name where the default source looks. */
async function storeWith(value: unknown): Promise<MemoryStore> {
  const store = memoryStore()
  const { source, settled } = isolate(store)
  await source.getToken()
  await settled()
  store.entries.set(entryOf(store)[0], value)
  return store
}

/** Whatever lies in the store is told, replaced, and of no harm. */
async function expectOverwritten(store: MemoryStore, reason: string): Promise<void> {
  const first = isolate(store)
  const token = await first.source.getToken()
  expect(first.sts.minted).toEqual([token])
  expect(first.events).toEqual([
    { type: 'store_rejected', action: 'get', reason },
    { type: 'token', from: 'sts', expiration: expect.any(Date) },
  ])
  await first.settled()
  const second = isolate(store)
  expect(await second.source.getToken()).toBe(token)
  expect(second.sts.asked).toEqual([])
}

describe('another isolate', () => {
  test('takes the token from the store and mints none', async () => {
    const store = memoryStore()
    const first = isolate(store)
    const token = await first.source.get()
    await first.settled()
    const second = isolate(store)
    expect(await second.source.get()).toEqual(token)
    expect(second.sts.asked).toEqual([])
    expect(second.events).toEqual([{ type: 'token', from: 'store', expiration: token.expiration }])
  })

  test('finds it as long as it lives', async () => {
    const store = memoryStore()
    const { source, settled } = isolate(store, { durationSeconds: 900 })
    await source.getToken()
    await settled()
    expect(store.ttls).toEqual([{ ttlSeconds: 900, ttl: 900 }])
  })

  test('uses one that is due for renewal, and then renews it ahead', async () => {
    const store = memoryStore()
    const first = isolate(store, { minimumValidity: 10_000 })
    const token = await first.source.getToken()
    await first.settled()
    await pass(0.86 * 300_000)
    const second = isolate(store, { minimumValidity: 10_000 })
    expect(await second.source.getToken()).toBe(token)
    expect(second.sts.asked).toEqual([])
    expect(await second.source.getToken()).toBe(token)
    await second.settled()
    expect(await second.source.getToken()).toBe(second.sts.minted[0])
    expect(second.sts.asked).toHaveLength(1)
  })

  test('takes what was renewed by the first', async () => {
    const store = memoryStore()
    const sts = fakeSts()
    const all = [isolate(store, { sts }), isolate(store, { sts }), isolate(store, { sts })]
    for (let round = 0; round < 3; round++) {
      for (const { source, settled } of all) {
        await source.getToken()
        await settled()
      }
      // All of them are due by then, and none is stale before.
      await pass(0.86 * 300_000)
    }
    expect(sts.asked).toHaveLength(3)
  })

  test('does not look into the store while it has a token', async () => {
    const store = memoryStore()
    const { source } = isolate(store)
    await source.getToken()
    const get = vi.spyOn(store, 'get')
    for (let call = 0; call < 100; call++) await source.getToken()
    expect(get).not.toHaveBeenCalled()
  })

  test.each([
    ['audience', { audience: 'https://other.example.com' }],
    ['audiences', { audience: [AUDIENCE, 'https://other.example.com'] }],
    ['algorithm', { signingAlgorithm: 'RS256' }],
    ['duration', { durationSeconds: 301 }],
    ['tags', { tags: [{ key: 'team', value: 'web' }] }],
    ['principal', { principal: 'arn:aws:iam::123456789012:role/other' }],
  ] as const)('with another %s has an entry of its own', async (_, options) => {
    const store = memoryStore()
    const first = isolate(store)
    await first.source.getToken()
    await first.settled()
    const second = isolate(store, options)
    await second.source.getToken()
    await second.settled()
    expect(second.sts.asked).toHaveLength(1)
    expect(second.events.map(({ type }) => type)).toEqual(['token'])
    expect(store.entries.size).toBe(2)
  })

  test.each([
    ['region', { signingRegion: 'eu-central-1' }],
    ['address', { origin: 'http://127.0.0.1:4566' }],
    ['user', { accessKeyId: 'AKIAOTHER' }],
  ])('of another %s has an entry of its own', async (_, caller) => {
    const store = memoryStore()
    for (const other of [{}, caller]) {
      const sts = fakeSts()
      const description = await sts.describeCaller?.()
      if (description === undefined) throw new Error('There is always one.')
      const { source, settled } = isolate(store, {
        sts: { ...sts, describeCaller: async () => ({ ...description, ...other }) },
      })
      await source.getToken()
      await settled()
    }
    expect(store.entries.size).toBe(2)
  })
})

describe('what lies in the store', () => {
  test('tells nothing: not the token, nor its audience, nor the key', async () => {
    const store = memoryStore()
    const key = crypto.getRandomValues(new Uint8Array(32))
    const { source, settled } = isolate(store, { sealingKeys: key, principal: 'arn:aws:iam::1:role/r' })
    const token = await source.getToken()
    await settled()
    const [name, text] = entryOf(store)
    const decoded = text.split('.').map((part) => new TextDecoder('latin1').decode(base64url.decode(part)))
    const binaryKey = String.fromCharCode(...key)
    const seen = [name, text, ...decoded].join('\n')
    for (const secret of [
      ...token.split('.'),
      'api.example.com',
      btoa(AUDIENCE).slice(2, -4),
      'role/r',
      'AKIAEXAMPLE',
      binaryKey,
      btoa(binaryKey).slice(2, -4),
      base64url.encode(key),
    ]) {
      expect(seen).not.toContain(secret)
    }
    expect(name).toMatch(/^web-identity-token:[\w-]{43}$/)
  })

  test('is another text each time, under the same name', async () => {
    const store = memoryStore()
    const set = vi.spyOn(store, 'set')
    const sts = fakeSts()
    vi.spyOn(sts, 'getWebIdentityToken').mockResolvedValue({
      webIdentityToken: 'a.b.c',
      expiration: new Date(START + 300_000),
    })
    for (let count = 0; count < 2; count++) {
      const { source, settled } = isolate(store, { sts })
      await source.getToken()
      await settled()
      store.entries.clear()
    }
    const [[name, text] = [], [sameName, otherText] = []] = set.mock.calls
    expect(sameName).toBe(name)
    expect(otherText).not.toBe(text)
  })

  const flip = (text: string, at: number) =>
    `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
  const editPart = (part: number) => (text: string) => {
    const parts = text.split('.')
    parts[part] = flip(parts[part] ?? '', 3)
    return parts.join('.')
  }

  test.each([
    ['its header was edited', editPart(0), 'malformed'],
    ['it got an encrypted key', (text: string) => text.replace('..', '.AAAA.'), 'malformed'],
    ['its initialization vector was edited', editPart(2), 'unsealable'],
    ['its ciphertext was edited', editPart(3), 'unsealable'],
    ['its tag was edited', editPart(4), 'unsealable'],
    ['its end is missing', (text: string) => text.slice(0, -4), 'unsealable'],
    ['its tag is missing', (text: string) => text.slice(0, text.lastIndexOf('.')), 'unsealable'],
    ['half of it is missing', (text: string) => text.slice(0, text.length / 2), 'unsealable'],
    ['only its header is left', (text: string) => text.slice(0, text.indexOf('.')), 'malformed'],
    ['something follows', (text: string) => `${text}.AAAA`, 'unsealable'],
    ['it is empty', () => '', 'malformed'],
    ['it is JSON', () => '{"value":"a.b.c","mintedAt":0,"expiresAt":9e15}', 'malformed'],
    ['it is huge', (text: string) => text + 'A'.repeat(5_000_000), 'malformed'],
    ['it is a number', () => 1, 'malformed'],
    ['it is an object', (text: string) => ({ text }), 'malformed'],
    ['it is bytes', (text: string) => new TextEncoder().encode(text), 'malformed'],
    ['it is true', () => true, 'malformed'],
  ] as const)('is replaced where %s', async (_, edit, reason) => {
    await expectOverwritten(await storeWith(edit(await sealed())), reason)
  })

  test.each([
    ['audience', { audience: 'https://other.example.com' }],
    ['algorithm', { signingAlgorithm: 'RS256' }],
    ['duration', { durationSeconds: 301 }],
    ['tags', { tags: [{ key: 'team', value: 'web' }] }],
    ['principal', { principal: 'arn:aws:iam::123456789012:role/other' }],
  ] as const)('is replaced where it was copied from another %s', async (_, options) => {
    await expectOverwritten(await storeWith(await sealed(options)), 'another_entry')
  })

  test.each([
    ['region', { signingRegion: 'eu-central-1' }],
    ['user', { accessKeyId: 'AKIAOTHER' }],
    ['account', { accessKeyId: undefined, accountId: '210987654321' }],
  ])('is replaced where it was copied from another %s', async (_, other) => {
    const sts = fakeSts()
    const origin = 'https://sts.us-east-1.amazonaws.com'
    const describeCaller = async () => ({
      origin,
      signingRegion: 'us-east-1',
      accessKeyId: 'AKIAEXAMPLE',
      // A member that is `undefined` is absent from the hash, which is what is wanted here.
      ...(other as { accountId: string }),
    })
    const copied = await sealed({}, { ...sts, describeCaller })
    await expectOverwritten(await storeWith(copied), 'another_entry')
  })

  test('is replaced where it was sealed with a key that is retired', async () => {
    await expectOverwritten(await storeWith(await sealed({ sealingKeys: keyOf(9) })), 'unsealable')
  })

  test('is replaced where it has expired', async () => {
    const expired = await sealed()
    await pass(300_000)
    await expectOverwritten(await storeWith(expired), 'expired')
  })

  describe('is replaced though the right key sealed it', () => {
    const lively = { value: 'a.b.c', mintedAt: START, expiresAt: START + 300_000 }
    const forge = async (header: object, plaintext: unknown = lively) => {
      const [slot] = entryOf(await storeWith(null))
      const text = new TextEncoder().encode(JSON.stringify(plaintext))
      const protectedHeader = { alg: 'dir', enc: 'A256GCM', slot, ...header }
      return new CompactEncrypt(text).setProtectedHeader(protectedHeader).encrypt(keyOf(1))
    }

    test('(and where nothing else is wrong it is taken)', async () => {
      const { source, sts } = isolate(await storeWith(await forge({})))
      expect(await source.getToken()).toBe('a.b.c')
      expect(sts.asked).toEqual([])
    })

    test.each([
      ['another alg', { alg: 'A256KW' }],
      ['another enc', { enc: 'A128CBC-HS256' }],
      ['zip', { zip: 'DEF' }],
      ['a member more', { kid: '1' }],
      ['no name', { slot: undefined }],
      ['a name that is none', { slot: 1 }],
    ])('where its header has %s', async (_, header) => {
      await expectOverwritten(await storeWith(await forge(header)), 'malformed')
    })

    test.each([
      ['no object', null],
      ['no token', { ...lively, value: undefined }],
      ['a token of other characters', { ...lively, value: 'a.b.c\r\nx-evil: 1' }],
      ['a scope that is no text', { ...lively, scope: 1 }],
      ['a time that is text', { ...lively, expiresAt: `${START + 300_000}` }],
      ['no time', { ...lively, mintedAt: undefined }],
    ])('where it is %s', async (_, plaintext) => {
      await expectOverwritten(await storeWith(await forge({}, plaintext)), 'malformed')
    })
  })
})

describe('keys', () => {
  const tokenIn = async (store: MemoryStore, sealingKeys: Uint8Array[]) => {
    const { source, sts, settled } = isolate(store, { sealingKeys })
    const token = await source.getToken()
    await settled()
    return { token, minted: sts.minted.length }
  }

  test('all open, and the first seals', async () => {
    const store = memoryStore()
    const { token } = await tokenIn(store, [keyOf(1)])
    expect(await tokenIn(store, [keyOf(2), keyOf(1)])).toEqual({ token, minted: 0 })
    store.entries.clear()
    const newer = await tokenIn(store, [keyOf(2), keyOf(1)])
    expect(await tokenIn(store, [keyOf(2)])).toEqual({ token: newer.token, minted: 0 })
    expect(await tokenIn(store, [keyOf(1), keyOf(3)])).toMatchObject({ minted: 1 })
  })

  const bytes = Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + 250) % 256)
  const base64 = btoa(String.fromCharCode(...bytes))

  test.each([
    ['base64', base64],
    ['base64 without padding', base64.replace('=', '')],
    ['base64url', base64url.encode(bytes)],
    ['base64 with the new line of a file', `${base64}\n`],
    ['a list of them', [base64]],
  ])('may be %s', async (_, sealingKeys) => {
    const store = memoryStore()
    const { token } = await tokenIn(store, [bytes])
    const { source, sts } = isolate(store, { sealingKeys })
    expect(await source.getToken()).toBe(token)
    expect(sts.asked).toEqual([])
  })

  test('are copied: whoever wipes his own does not change them', async () => {
    const store = memoryStore()
    const key = keyOf(1)
    // As Node's `Buffer` does it, whose `slice` shares its memory.
    Object.assign(key, { slice: key.subarray })
    const { source, settled } = isolate(store, { sealingKeys: key })
    key.fill(0)
    const token = await source.getToken()
    await settled()
    expect(await tokenIn(store, [keyOf(1)])).toEqual({ token, minted: 0 })
  })
})

describe('a store that', () => {
  const down = (message = 'no') => {
    throw new Error(message)
  }
  const failures = (...actions: string[]) =>
    actions.map((action) => ({ type: 'store_failed', action, reason: 'error' }))
  const token = { type: 'token', from: 'sts', expiration: expect.any(Date) }

  test.each([
    ['throws', down],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['rejects with nothing', () => Promise.reject()],
  ])('%s fails nobody', async (_, fail) => {
    const { source, sts, events, settled } = isolate({ get: fail, set: fail, delete: fail })
    expect(await source.getToken()).toBe(sts.minted[0])
    await settled()
    expect(events).toEqual([...failures('get'), token, ...failures('set')])
    events.length = 0
    await source.invalidate()
    expect(events).toEqual([{ type: 'invalidated' }, ...failures('get')])
  })

  test('fails to delete fails nobody', async () => {
    const { source, sts, events, settled } = isolate(memoryStore({ delete: () => down() }))
    await source.getToken()
    await settled()
    events.length = 0
    await source.invalidate()
    expect(events).toEqual([{ type: 'invalidated' }, ...failures('delete')])
    expect(await source.getToken()).toBe(sts.minted[1])
  })

  test.each([
    ['250 ms', undefined, 250],
    ['storeTimeout', 40, 40],
  ])('never answers holds nobody up for longer than %s', async (_, storeTimeout, bound) => {
    const never = vi.fn(() => new Promise<never>(() => {}))
    const store = { get: never, set: never, delete: never }
    const { source, sts, events, settled } = isolate(store, { storeTimeout })
    const asked = source.getToken()
    await eventually(() => never.mock.calls.length === 1)
    await pass(bound - 1)
    expect(sts.asked).toEqual([])
    await pass(1)
    // Nobody waits for the write.
    expect(await asked).toBe(sts.minted[0])
    expect(events).toEqual([{ type: 'store_failed', action: 'get', reason: 'timeout' }, token])
    const written = settled()
    await eventually(() => never.mock.calls.length === 2)
    await pass(bound)
    await written
    expect(events.at(-1)).toEqual({ type: 'store_failed', action: 'set', reason: 'timeout' })
  })

  test('answers too late, and with an error, is heard by nobody', async () => {
    const late = vi.fn(
      () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no')), 1000)),
    )
    const { source, sts } = isolate({ get: late, set: late, delete: late })
    const asked = source.getToken()
    await eventually(() => late.mock.calls.length === 1)
    await pass(250)
    expect(await asked).toBe(sts.minted[0])
    // A rejection that nobody handles would fail this run.
    await pass(5000)
  })

  test('is full shares nothing and fails nobody', async () => {
    const store = memoryStore({ set: async () => down('OOM command not allowed') })
    const first = isolate(store)
    expect(await first.source.getToken()).toBe(first.sts.minted[0])
    await first.settled()
    expect(first.events).toEqual([token, ...failures('set')])
    const second = isolate(store)
    expect(await second.source.getToken()).toBe(second.sts.minted[0])
  })

  test('tells secrets is not quoted: not in an event, not in an error', async () => {
    const sts = fakeSts()
    const told = 'the store knows the password hunter2'
    const store = {
      get: () => down(told),
      set: (_: string, value: string) => down(`${told} and ${value}`),
      delete: () => down(told),
    }
    const { source, events, settled } = isolate(store, { sts })
    const first = await source.getToken()
    await settled()
    await source.invalidate()
    sts.turn = { error: new Error('STS is down') }
    const error = await rejectionOf(source.getToken())
    const seen = JSON.stringify(events) + String(error) + String(error instanceof Error && error.cause)
    expect(seen).not.toContain('hunter2')
    expect(seen).not.toContain(first)
    expect(seen).not.toContain('eyJ')
  })

  test('fits by `remove` in place of `delete` is asked to remove', async () => {
    const { entries, get, set } = memoryStore()
    const store = { get, set, remove: async (key: string) => entries.delete(key) }
    const { source, settled } = isolate(store)
    await source.getToken()
    await settled()
    expect(entries.size).toBe(1)
    await source.invalidate()
    expect(entries.size).toBe(0)
  })

  test('is a Map fits as it is', async () => {
    const store = new Map<string, string>()
    const first = isolate(store)
    const shared = await first.source.getToken()
    await first.settled()
    expect(await isolate(store).source.getToken()).toBe(shared)
  })
})

describe('a store that forgets late, as KV does', () => {
  test('brings no older token back in place of a newer one', async () => {
    const store = memoryStore()
    const { source, sts, settled } = isolate(store)
    await source.getToken()
    await settled()
    const [name, old] = entryOf(store)
    store.get = async (key) => (key === name ? old : null)
    await pass(239_000)
    await source.getToken()
    await settled()
    expect(await source.getToken()).toBe(sts.minted[1])
    await pass(239_000)
    await source.getToken()
    await settled()
    expect(await source.getToken()).toBe(sts.minted[2])
    expect(sts.asked).toHaveLength(3)
  })

  test('brings no token back that was invalidated', async () => {
    const store = memoryStore()
    const { source, sts, settled } = isolate(store)
    const first = await source.getToken()
    await settled()
    const [name, old] = entryOf(store)
    store.get = async (key) => (key === name ? old : null)
    await pass(1000)
    await source.invalidate(first)
    expect(await source.getToken()).toBe(sts.minted[1])
    await source.invalidate()
    expect(await source.getToken()).toBe(sts.minted[2])
  })
})

describe('invalidate', () => {
  test('drops the token from the store, so that no other isolate takes it', async () => {
    const store = memoryStore()
    const { source, settled } = isolate(store)
    const token = await source.getToken()
    await settled()
    await source.invalidate(token)
    expect(store.entries.size).toBe(0)
  })

  test('leaves a newer token in the store, and takes it', async () => {
    const store = memoryStore()
    const first = isolate(store)
    const token = await first.source.getToken()
    await first.settled()
    store.entries.clear()
    await pass(1000)
    const second = isolate(store)
    const newer = await second.source.getToken()
    await second.settled()
    await first.source.invalidate(token)
    expect(store.entries.size).toBe(1)
    expect(await first.source.getToken()).toBe(newer)
    expect(first.sts.asked).toHaveLength(1)
  })

  test('leaves an older token in the store, which nobody refused, and does not take it', async () => {
    const store = memoryStore()
    const first = isolate(store)
    await first.source.getToken()
    await first.settled()
    const [name, old] = entryOf(store)
    store.entries.clear()
    await pass(1000)
    const second = isolate(store)
    const token = await second.source.getToken()
    await second.settled()
    store.entries.set(name, old)
    await second.source.invalidate(token)
    expect(entryOf(store)).toEqual([name, old])
    expect(await second.source.getToken()).toBe(second.sts.minted[1])
  })

  test('drops a token that another isolate took, as well', async () => {
    const store = memoryStore()
    const { source, settled } = isolate(store)
    const token = await source.getToken()
    await settled()
    const cold = isolate(store)
    await cold.source.invalidate(token)
    expect(store.entries.size).toBe(0)
  })

  test('of a token that is not the current one touches nothing', async () => {
    const store = memoryStore()
    const { source, settled } = isolate(store)
    await source.getToken()
    await settled()
    await source.invalidate('eyJ.other.token')
    expect(store.entries.size).toBe(1)
  })

  test('does not fail where the credentials can just now not be had', async () => {
    const store = memoryStore()
    const sts = fakeSts()
    const { source, events } = isolate(store, { sts })
    await source.getToken()
    sts.describeCaller = () => Promise.reject(new Error('the metadata service is down'))
    await source.invalidate()
    expect(events.at(-1)).toEqual({ type: 'store_failed', action: 'delete', reason: 'unknown_caller' })
  })
})

describe('where this machine has another time than AWS', () => {
  test('the token is kept in the store for as long as it lives', async () => {
    const store = memoryStore()
    const sts = fakeSts()
    sts.ahead = -600_000
    const { source, settled } = isolate(store, { sts })
    await source.getToken()
    await settled()
    expect(store.ttls).toEqual([{ ttlSeconds: 300, ttl: 300 }])
  })

  test('who has learnt it takes the token of another', async () => {
    const store = memoryStore()
    const sts = fakeSts()
    sts.ahead = -600_000
    const first = isolate(store, { sts })
    const second = isolate(store, { sts })
    for (const { source, settled } of [first, second]) {
      await source.getToken()
      await settled()
    }
    await pass(258_000)
    await first.source.getToken()
    await first.settled()
    expect(sts.asked).toHaveLength(3)
    await second.source.getToken()
    await second.settled()
    expect(await second.source.getToken()).toBe(sts.minted[2])
    expect(sts.asked).toHaveLength(3)
  })

  test('a clock that is finer than milliseconds is as good', async () => {
    const store = memoryStore()
    const sts = fakeSts()
    sts.learnt = 0.3
    // So far that the time of minting is this machine's.
    sts.ahead = 20 * 60_000
    const first = isolate(store, { sts })
    const token = await first.source.getToken()
    await first.settled()
    expect(await isolate(store).source.getToken()).toBe(token)
  })
})

test('who is asked to wait for the write and throws fails nobody', async () => {
  const { source, sts } = stage({
    store: memoryStore(),
    sealingKeys: keyOf(1),
    waitUntil: () => {
      throw new Error('outside of a request')
    },
  })
  expect(await source.getToken()).toBe(sts.minted[0])
})

describe('it is said when the source is made, and without a key, that', () => {
  const store = memoryStore()
  const { describeCaller: _, ...anonymous } = fakeSts()
  const short = btoa('\x07'.repeat(31))
  const rule = 'must be one or several keys of 32 bytes, as bytes or in base64'
  const together = 'must go with a store, and a store with them: a token is a secret'
  test.each([
    ['keys are missing', { store }, 'sealingKeys', together],
    ['the store is missing', { sealingKeys: keyOf(1) }, 'sealingKeys', together],
    ['there is no key', { store, sealingKeys: [] }, 'sealingKeys', rule],
    ['a key is too short', { store, sealingKeys: short }, 'sealingKeys[0]', rule],
    ['a key is too long', { store, sealingKeys: btoa('\x07'.repeat(33)) }, 'sealingKeys[0]', rule],
    [
      'a key is a password',
      { store, sealingKeys: 'hunter2-hunter2-hunter2-hunter2!' },
      'sealingKeys[0]',
      rule,
    ],
    ['a key is no base64', { store, sealingKeys: `${'%'.repeat(43)}=` }, 'sealingKeys[0]', rule],
    ['a key has too few bytes', { store, sealingKeys: new Uint8Array(16) }, 'sealingKeys[0]', rule],
    ['a key has too many bytes', { store, sealingKeys: new Uint8Array(33) }, 'sealingKeys[0]', rule],
    ['the second key is missing', { store, sealingKeys: [keyOf(1), undefined] }, 'sealingKeys[1]', rule],
    ['a key is null', { store, sealingKeys: null }, 'sealingKeys[0]', rule],
    ['a key is empty', { store, sealingKeys: '' }, 'sealingKeys[0]', rule],
    ['keys are an object', { store, sealingKeys: { 0: keyOf(1) } }, 'sealingKeys[0]', rule],
    ['a store has no functions', { store: {} }, 'store', 'must have the functions get, set and delete'],
    [
      'a store cannot delete',
      { store: { get() {}, set() {} } },
      'store',
      'must have the functions get, set and delete',
    ],
    [
      'a store cannot set',
      { store: { get() {}, delete() {} } },
      'store',
      'must have the functions get, set and delete',
    ],
    ['a store is null', { store: null }, 'store', 'must have the functions get, set and delete'],
    [
      'a store is text',
      { store: 'redis://localhost' },
      'store',
      'must have the functions get, set and delete',
    ],
    [
      'a store has no time',
      { store, storeTimeout: 0 },
      'storeTimeout',
      'must be from 1 to 2147483647 milliseconds',
    ],
    ['the principal is empty', { store, principal: '' }, 'principal', 'must have 1 to 2048 characters'],
    ['the principal is no text', { store, principal: 1 }, 'principal', 'must be a string'],
    [
      'nothing tells whose tokens they are',
      { store, sealingKeys: keyOf(1), sts: anonymous },
      'principal',
      'must be given with a store: this sts does not describe its caller',
    ],
  ])('%s', (_name, options, path, expectedRule) => {
    const make = () =>
      // What is wrong here, the types would not let pass.
      createTokenSource({
        sts: fakeSts(),
        audience: AUDIENCE,
        signingAlgorithm: 'ES384',
        sealingKeys: keyOf(1),
        ...('sealingKeys' in options || path !== 'sealingKeys' ? {} : { sealingKeys: undefined }),
        ...options,
      } as unknown as TokenSourceOptions)
    expect(make).toThrow(InputError)
    expect(make).toThrow(expect.objectContaining({ path, rule: expectedRule }))
    for (const secret of [short, 'hunter2', '%%%']) expect(make).not.toThrow(secret)
  })

  test('(but with a principal an sts need not describe its caller)', async () => {
    const sharing = memoryStore()
    const first = stage({ store: sharing, sealingKeys: keyOf(1), sts: anonymous, principal: 'role/a' })
    const token = await first.source.getToken()
    await eventually(() => sharing.entries.size > 0)
    const second = stage({ store: sharing, sealingKeys: keyOf(1), sts: anonymous, principal: 'role/a' })
    expect(await second.source.getToken()).toBe(token)
  })
})
