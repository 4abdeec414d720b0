import { assert } from 'chai'
import { about, type Sentences } from '../sentence.ts'

const KEY = new Uint8Array(32).fill(7)

export const store: Sentences = ({ library: { core }, makeClient }) => {
  /** A store in memory, and sources that share it as isolates would. */
  const shared = () => {
    const entries = new Map<string, string>()
    const asked = { requests: 0 }
    const sts = makeClient({
      fetch: (input: string, init: RequestInit) => {
        asked.requests += 1
        return fetch(input, init)
      },
    })
    const isolate = (sealingKeys: Uint8Array | readonly Uint8Array[] = KEY) => {
      const work: Promise<unknown>[] = []
      const source = core.createTokenSource({
        sts,
        audience: 'https://api.example.com',
        signingAlgorithm: 'ES384',
        store: {
          get: async (key) => entries.get(key) ?? null,
          set: async (key, value) => void entries.set(key, value),
          delete: async (key) => void entries.delete(key),
        },
        sealingKeys,
        principal: 'developer',
        waitUntil: (promise) => void work.push(promise),
      })
      return { source, settled: () => Promise.all(work) }
    }
    return { entries, asked, isolate }
  }

  return about('store', {
    'another isolate takes the token from the store': async () => {
      const { entries, asked, isolate } = shared()
      const first = isolate()
      const token = await first.source.getToken()
      await first.settled()
      assert.equal(entries.size, 1)
      assert.equal(await isolate().source.getToken(), token)
      assert.equal(asked.requests, 1)
    },
    'what lies in the store is sealed': async () => {
      const { entries, isolate } = shared()
      const { source, settled } = isolate()
      const token = await source.getToken()
      await settled()
      const [text = ''] = entries.values()
      for (const part of token.split('.')) assert.notInclude(text, part)
      assert.lengthOf(text.split('.'), 5)
    },
    'a key that was rotated still opens, an unknown one does not': async () => {
      const { asked, isolate } = shared()
      const first = isolate()
      const token = await first.source.getToken()
      await first.settled()
      const newKey = new Uint8Array(32).fill(8)
      assert.equal(await isolate([newKey, KEY]).source.getToken(), token)
      assert.notEqual(await isolate(newKey).source.getToken(), token)
      assert.equal(asked.requests, 2)
    },
    'what somebody changed in the store is never a token': async () => {
      const { entries, isolate } = shared()
      const first = isolate()
      const token = await first.source.getToken()
      await first.settled()
      for (const [key, value] of entries) entries.set(key, `${value.slice(0, -4)}AAAA`)
      assert.notEqual(await isolate().source.getToken(), token)
    },
    'a store that fails costs a mint, and no error': async () => {
      const source = core.createTokenSource({
        sts: makeClient(),
        audience: 'https://api.example.com',
        signingAlgorithm: 'ES384',
        store: {
          get: () => Promise.reject(new Error('no')),
          set: () => Promise.reject(new Error('no')),
          delete: () => Promise.reject(new Error('no')),
        },
        sealingKeys: KEY,
        principal: 'developer',
      })
      assert.match(await source.getToken(), /^eyJ/)
    },
  })
}
