// What the Durable Object of an exchange keeps on its disk.

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { startFleet } from '../../worker-example/demo/fleet.ts'
import { known } from '../exchange/parties.ts'
import { serveParties } from '../exchange/party-server.ts'
import { bindingsFor, policyWith, startSts, TOKEN_SECRET } from './stage.ts'

test('of an exchange that was changed in the policy the token from before does not stay', async () => {
  const sts = await startSts()
  const parties = await serveParties(sts.emulator.issuer)
  const storage = await mkdtemp(join(tmpdir(), 'exchange-'))
  onTestFinished(async () => {
    await Promise.all([sts.close(), parties.close(), rm(storage, { recursive: true })])
  })

  async function askAt(host: string): Promise<string> {
    const tokenEndpoint = parties.at('https://auth.openai.com/oauth/token').replace('127.0.0.1', host)
    const openai = { preset: 'openai', options: { ...known.openai, tokenEndpoint } }
    const policy = policyWith({ exchanges: ['openai'] }, { exchanges: { openai } })
    const fleet = await startFleet({ policy, bindings: bindingsFor(sts.url), storage })
    try {
      const text = await fleet.ask(0, '/access-token', {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN_SECRET}`, 'content-type': 'application/json' },
        body: JSON.stringify({ preset: 'openai' }),
      })
      return JSON.parse(text).accessToken
    } finally {
      await fleet.close()
    }
  }

  const first = await askAt('127.0.0.1')
  expect(await askAt('127.0.0.1')).toBe(first)
  expect(await stored(storage)).toHaveLength(1)
  expect(await askAt('localhost')).not.toBe(first)
  expect(await stored(storage)).toHaveLength(1)
}, 60_000)

/** The keys in the storage of the objects of that class. */
async function stored(folder: string): Promise<unknown[]> {
  const files = await readdir(folder, { recursive: true })
  const own = files.filter((file) => /AccessTokenBroker.*[\da-f]{64}\.sqlite$/.test(file))
  return own.flatMap((file) => {
    using database = new DatabaseSync(join(folder, file))
    return database.prepare('SELECT key FROM _cf_KV').all()
  })
}
