// From nothing to an access token at each party, in the shapes of its documentation.

import { expect, test } from 'vitest'
import { exchanging, minted, type PartyName, stage } from './support.ts'

const names = Object.keys(exchanging) as PartyName[] // of an object whose keys are those names

test.each(names)('%s gives an access token for a token of AWS, once for all who ask', async (name) => {
  const { access, party, preset } = stage(name)
  const before = minted()
  const tokens = await Promise.all(Array.from({ length: 20 }, () => access.getToken()))
  expect(new Set(tokens).size).toBe(1)
  expect(await access.get()).toMatchObject({ accessToken: tokens[0], tokenType: 'Bearer' })
  expect(party.requests.map(({ url }) => url)).toEqual(
    preset.exchange.steps.map(({ endpoint }) => endpoint.href),
  )
  expect(minted() - before).toBe(1)
})
