// A service of one's own, called by `fetch` alone: RFC 6750 section 2.1.

import { expect, test } from 'vitest'
import { bearerOf, openParty } from './party.ts'
import { plugIn, SUBJECT } from './stage.ts'

const ORDERS = 'GET /orders'

test('a service gets one token for two calls of fetch', async () => {
  const party = await openParty(({ line }) => (line === ORDERS ? Response.json([]) : undefined))
  const audience = 'https://api.example.com'
  const { plug, mints, verify } = await plugIn<{ fetchApi: typeof fetch }>('fetch', {
    audience,
    signingAlgorithm: 'ES384',
    origins: { [audience]: party.origin },
  })
  expect(await (await plug.fetchApi(`${audience}/orders`)).json()).toEqual([])
  expect(await (await plug.fetchApi(`${audience}/orders`)).json()).toEqual([])

  const [first, second, ...others] = party.visits(ORDERS).map(bearerOf)
  expect(others).toEqual([])
  expect(second).toBe(first)
  expect((await verify(first)).subject).toBe(SUBJECT)
  expect(mints()).toBe(1)
})
