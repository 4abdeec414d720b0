// A service of one's own, called by `fetch` alone: RFC 6750 section 2.1.

import { expect, test } from 'vitest'
import { bearerOf, openParty } from './party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const ORDERS = 'GET /orders'

const API = 'https://api.example.com'

async function openApi() {
  const party = await openParty(({ line }) => (line === ORDERS ? Response.json([]) : undefined))
  const plugged = await plugIn<{ fetchApi: typeof fetch }>('fetch', {
    audience: API,
    signingAlgorithm: 'ES384',
    origins: { [API]: party.origin },
  })
  return { ...plugged, party }
}

test('a service gets one token for two calls of fetch', async () => {
  const { plug, party, mints, verify } = await openApi()
  expect(await (await plug.fetchApi(`${API}/orders`)).json()).toEqual([])
  expect(await (await plug.fetchApi(`${API}/orders`)).json()).toEqual([])

  const [first, second, ...others] = party.visits(ORDERS).map(bearerOf)
  expect(others).toEqual([])
  expect(second).toBe(first)
  expect((await verify(first)).subject).toBe(SUBJECT)
  expect(mints()).toBe(1)
})

test('a caller of fetch is told what AWS refuses with', async () => {
  const { plug, party, refuseToMint } = await openApi()
  refuseToMint()
  await expect(plug.fetchApi(`${API}/orders`)).rejects.toMatchObject({ code: REFUSAL })
  expect(party.visits(ORDERS)).toEqual([])
})
