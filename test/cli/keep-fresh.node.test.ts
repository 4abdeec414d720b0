import { expect, test } from 'vitest'
import { keepFresh } from '../../src/cli/token/keep-fresh.ts'
import type { MintedSourceOptions } from '../../src/cli/token/source.ts'

test('what keeps a token from being renewed ahead of its end is told while it is good', async () => {
  const expiration = new Date(Date.now() + 60_000)
  const minted = { kind: 'web identity', token: 'header.claims.signature', expiration } as const
  const told: unknown[] = []
  let asked = 0
  const ended = keepFresh({
    minimumValidity: undefined,
    write: async () => {},
    // Its renewal fails as soon as the token is written; what is asked after that ends it.
    source: ({ onEvent }: MintedSourceOptions) => ({
      async get() {
        asked += 1
        if (asked > 1) throw new Error('the end')
        setTimeout(() => {
          const failure = { errorCode: 'AccessDenied', remedy: undefined, requestId: undefined, delay: 1000 }
          onEvent?.({ type: 'refresh_failed', ...failure, message: 'Not now', isCovered: true })
          onEvent?.({ type: 'refresh_failed', ...failure, message: undefined, isCovered: true })
        }, 10)
        return minted
      },
      invalidate: async () => {},
      dispose: async () => {},
    }),
    tell: {
      written: () => {},
      failed: (failure, end) => told.push([failure, end]),
      cut: () => {},
      stopped: () => {},
    },
  })
  await expect(ended).rejects.toThrow('the end')
  expect(told).toEqual([
    [{ code: 'AccessDenied', message: 'No new token could be had (AccessDenied): Not now.' }, expiration],
    [{ code: 'AccessDenied', message: 'No new token could be had (AccessDenied).' }, expiration],
  ])
})
