// The broker without a Durable Object around it, over a storage that takes its time.

import { expect, test } from 'vitest'
import { Broker, type BrokerStorage } from '../../src/cloudflare/broker.ts'

const AUDIENCE = 'https://api.example.com'

function slowStorage(): BrokerStorage {
  const entries = new Map<string, unknown>()
  const later = <Output>(output: () => Output) =>
    new Promise<Output>((resolve) => setTimeout(() => resolve(output()), 5))
  return {
    get: (key) => later(() => entries.get(key)),
    put: (key, value) => later(() => void entries.set(key, value)),
    delete: (key) => later(() => entries.delete(key)),
    deleteAll: () => later(() => entries.clear()),
    getAlarm: async () => null,
    setAlarm: async () => {},
  }
}

test('those who come first at once are one mint, however slow the storage is, and so after a restart', async () => {
  let mints = 0
  const sts = {
    now: () => Date.now(),
    async describeCaller() {
      return { origin: 'https://sts.us-east-1.amazonaws.com', signingRegion: 'us-east-1' }
    },
    async getWebIdentityToken() {
      mints += 1
      return { webIdentityToken: `a.${mints}.c`, expiration: new Date(Date.now() + 300_000) }
    },
  }
  const sealingKeys = [new Uint8Array(32)]
  const storage = slowStorage()
  const request = { audience: AUDIENCE, signingAlgorithm: 'ES384' } as const
  for (const start of [1, 2]) {
    const broker = new Broker(storage, { sts, audiences: [AUDIENCE], sealingKeys })
    const all = await Promise.all(Array.from({ length: 20 }, () => broker.token(request, undefined)))
    expect(new Set(all.map(({ webIdentityToken }) => webIdentityToken)).size).toBe(1)
    expect(mints).toBe(start)
    // What it is for is still there.
    await storage.delete('token')
  }
})
