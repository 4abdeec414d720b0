// What the console shows of an exchange: that its token was got once, and why it could not be renewed.

import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Fleet, startFleet } from '../../worker-example/demo/fleet.ts'
import type { Snapshot } from '../../worker-example/ledger/snapshot.ts'
import { known } from '../exchange/parties.ts'
import { type PartyServer, serveParties } from '../exchange/party-server.ts'
import { breaker } from './breaker.ts'
import { bindingsFor, policyWith, type Sts, startSts, TOKEN_SECRET } from './stage.ts'

let sts: Sts
let parties: PartyServer
let fleet: Fleet

beforeAll(async () => {
  sts = await startSts()
  parties = await serveParties(sts.emulator.issuer)
  const tokenEndpoint = parties.at('https://auth.openai.com/oauth/token')
  const exchange = { preset: 'openai', options: { ...known.openai, tokenEndpoint } }
  const exchanges = { kept: exchange, failing: exchange }
  fleet = await startFleet({
    policy: policyWith({ exchanges: Object.keys(exchanges) }, { exchanges }),
    bindings: bindingsFor(sts.url),
    sinks: { workers: [breaker] },
  })
}, 60_000)

afterAll(async () => {
  await fleet.close()
  await Promise.all([parties.close(), sts.close()])
})

async function askFor(preset: string) {
  const answer = await fleet.fetch(0, '/access-token', {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN_SECRET}`, 'content-type': 'application/json' },
    body: JSON.stringify({ preset }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}

/** What is shown of STS, as soon as so much is shown of an exchange. */
async function shown(exchange: string, expected: object): Promise<Snapshot['sts']> {
  // Not `vi.waitFor`, which gives up in the middle of a look: to end a fleet that is asked stops this process for ever.
  for (const started = performance.now(); ; await setTimeout(100)) {
    const ledger = await fleet.ledger()
    // What comes of Miniflare ends with the fleet, and a failure is printed after that.
    const { tokens, sts }: Snapshot = JSON.parse(JSON.stringify(await ledger.snapshot()))
    const own = tokens.filter((token) => token.exchange === exchange)
    try {
      expect(own).toMatchObject([{ kind: 'access-token', ...expected }])
      return sts
    } catch (error) {
      if (performance.now() - started > 8000) throw error
    }
  }
}

test('a token that was kept while its object was moved was got once', async () => {
  const first = await askFor('kept')
  await shown('kept', { mints: 1, asked: 1 })
  await fleet.ask('breaker', '/')
  expect(await askFor('kept')).toEqual(first)
  await shown('kept', { mints: 1, asked: 2 })
}, 20_000)

test('why a token could not be renewed is shown with it, and not as a failure of STS', async () => {
  const { openai } = parties.parties
  openai.answers.push(Response.json({ access_token: 'access-short', token_type: 'Bearer', expires_in: 2 }))
  expect(await askFor('failing')).toMatchObject({ status: 200, json: { accessToken: 'access-short' } })
  await shown('failing', { mints: 1 })
  const refusal = { error: 'invalid_grant', error_description: 'the rule was taken away' }
  await vi.waitFor(
    async () => {
      openai.answers.splice(0, 3, ...Array.from({ length: 3 }, () => Response.json(refusal, { status: 400 })))
      expect((await askFor('failing')).status).toBe(502)
    },
    { timeout: 10_000, interval: 200 },
  )
  const failure = { code: 'invalid_grant' }
  expect(await shown('failing', { mints: 1, failure })).not.toHaveProperty('failure')
}, 20_000)
