// How the Worker calls its Durable Objects: as seldom as it can, once more where one was moved, and not for ever where one
// is silent. Others stand in their places.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fleet, startFleet } from '../../worker-example/demo/fleet.ts'
import { known } from '../exchange/parties.ts'
import { AUDIENCE, bindingsFor, type Sts, sha256, startSts, TOKEN_SECRET } from './stage.ts'

const CONSOLE_SECRET = 'the-secret-that-people-show-at-the-console'

// It counts the calls of the broker; of access tokens it is what their names say.
const script = `
  import { DurableObject } from 'cloudflare:workers'
  let calls = 0
  const moved = new Set()
  const silence = () => new Promise((resolve) => setTimeout(resolve, 3_600_000))
  export class CountedBroker extends DurableObject {
    token(request, refused) {
      if (request.audience.includes('silent')) return silence()
      calls += 1
      return this.env.REAL.getByName(this.ctx.id.name).token(request, refused)
    }
  }
  export class AccessTokens extends DurableObject {
    async accessToken(exchange) {
      if (exchange === 'silent') await silence()
      if (exchange === 'lost' || (exchange === 'moved' && !moved.has(exchange))) {
        moved.add(exchange)
        this.ctx.abort('it is moved to another machine')
      }
      return { accessToken: 'access-1', expiresAt: Date.now() + 3_600_000 }
    }
  }
  export class SilentLedger extends DurableObject {
    record = async () => ({})
    report = async () => {}
    snapshot = silence
    issuers = silence
  }
  export default { fetch: () => new Response(String(calls)) }`

let sts: Sts
let fleet: Fleet

beforeAll(async () => {
  sts = await startSts()
  const names = ['moved', 'lost', 'silent']
  const exchanges = names.map((name) => [name, { preset: 'openai', options: known.openai }])
  const own = {
    BROKER: { className: 'CountedBroker', useSQLite: true },
    ACCESS_TOKENS: { className: 'AccessTokens', useSQLite: true },
    LEDGER: { className: 'SilentLedger', useSQLite: true },
  }
  const bound = Object.entries(own).map(([name, binding]) => [name, { ...binding, scriptName: 'stand-ins' }])
  const real = { className: 'TokenBroker', useSQLite: true, scriptName: 'isolate-0' }
  fleet = await startFleet({
    policy: {
      console: { secrets: [{ sha256: sha256(CONSOLE_SECRET) }] },
      exchanges: Object.fromEntries(exchanges),
      // What /readyz gets is the first one's.
      callers: [
        { name: 'first', serviceBinding: 'first', audiences: ['silent'] },
        {
          name: 'ci',
          secrets: [{ sha256: sha256(TOKEN_SECRET) }],
          audiences: [AUDIENCE],
          exchanges: names,
        },
      ],
    },
    bindings: bindingsFor(sts.url),
    sinks: {
      bound: { durableObjects: { ...Object.fromEntries(bound), REAL: real } },
      workers: [
        {
          name: 'stand-ins',
          modules: true,
          compatibilityDate: '2026-09-01',
          durableObjects: { ...own, REAL: real },
          script,
        },
      ],
    },
  })
}, 60_000)

afterAll(async () => {
  await fleet.close()
  await sts.close()
})

function asking(path: string, body: object) {
  return fleet.fetch(0, path, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN_SECRET}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('a broker is asked for its token once by an isolate, which keeps it for all who ask after that', async () => {
  for (let time = 0; time < 5; time += 1) {
    expect((await asking('/token', { audience: AUDIENCE })).status).toBe(200)
  }
  expect(await fleet.ask('stand-ins', '/')).toBe('1')
})

test('an object of an exchange that is moved while it is asked is asked once more', async () => {
  const answer = await asking('/access-token', { preset: 'moved' })
  expect([answer.status, await answer.json()]).toMatchObject([200, { accessToken: 'access-1' }])
  const lost = await asking('/access-token', { preset: 'lost' })
  expect([lost.status, await lost.json()]).toMatchObject([503, { code: 'unavailable' }])
})

test.concurrent('an object of an exchange that is silent is waited for as long as any', async () => {
  const started = performance.now()
  const answer = await asking('/access-token', { preset: 'silent' })
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }])
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(performance.now() - started).toBeLessThan(13_000)
}, 20_000)

test.concurrent('what is silent keeps nobody waiting longer who looks, or asks whether it is well', async () => {
  const origin = 'http://localhost'
  const signedIn = await fleet.fetch(0, '/console/sign-in', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: `secret=${CONSOLE_SECRET}`,
    redirect: 'manual',
  })
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';')
  expect(cookie).toMatch(/^__Host-session=/)
  const started = performance.now()
  const looks = ['/readyz', '/', '/console/live', '/console/keys'].map(async (path) => {
    const answer = await fleet.fetch(0, path, { headers: { cookie } })
    expect(performance.now() - started).toBeLessThan(13_000)
    return [path, answer.status, await answer.text()]
  })
  expect(await Promise.all(looks)).toEqual([
    ['/readyz', 503, expect.stringContaining('not_ready')],
    ['/', 503, expect.stringContaining('Policy')],
    ['/console/live', 503, expect.stringContaining('ledger_unavailable')],
    ['/console/keys', 503, expect.stringContaining('keys_unavailable')],
  ])
}, 20_000)
