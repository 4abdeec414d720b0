// A fleet of Workers and their broker, in real workerd with a real Durable Object.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { brokerName } from '../../src/cloudflare/broker-name.ts'
import { AUDIENCE, type Fleet, startFleet } from './fleet.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }) // each starts workerd, on whatever machine

const WORKERS = 4
let fleet: Fleet
beforeEach(async () => {
  fleet = await startFleet(WORKERS)
})
afterEach(() => fleet.close())

test('two hundred callers in four isolates are one mint', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, (_, index) => fleet.ask(index % WORKERS)))
  expect(new Set(all.map(({ json }) => json['webIdentityToken'])).size).toBe(1)
  expect(fleet.sts.requests).toBe(1)
})

test('a hot isolate makes no call at all: it goes on while its broker is gone', async () => {
  const { json } = await fleet.ask(1)
  fleet.sts.refusal = { status: 403, code: 'AccessDenied', message: 'No.' }
  expect((await fleet.ask(1)).json).toEqual(json)
  expect(fleet.sts.requests).toBe(1)
})

test('after a restart the token is found in the storage, where it is sealed', async () => {
  const { json } = await fleet.ask(0)
  await fleet.restart()
  expect((await fleet.ask(2)).json).toEqual(json)
  expect(fleet.sts.requests).toBe(1)
  expect(fleet.stored()).toContain('https://api.example.com')
  expect(fleet.stored()).not.toContain(json['webIdentityToken'])
})

test('it is renewed by alarm, while nobody waits', async () => {
  fleet.sts.lifetime = 5000
  const first = await fleet.ask(0)
  await fleet.until(() => fleet.sts.requests === 2, 4500)
  expect((await fleet.ask(3)).json).not.toEqual(first.json)
  expect(fleet.sts.requests).toBe(2)
})

test('nobody notices that STS is down, while a token lives', async () => {
  fleet.sts.lifetime = 20_000
  const { json } = await fleet.ask(0)
  const began = Date.now()
  fleet.sts.refusal = { status: 503, code: 'ServiceUnavailable', message: 'Down.' }
  let asked = 0
  let last = json
  // The alarm rings after 14 s, and the token is stale after 16.
  for (; Date.now() - began < 17_000; asked += 1) {
    // Down for as long as the renewal that the alarm begins, with all its tries.
    if (fleet.sts.requests >= 1 + 3) fleet.sts.refusal = undefined
    const answer = await fleet.ask(asked % WORKERS)
    expect(answer.status).toBe(200)
    last = answer.json
    await fleet.until(() => true, 20)
  }
  expect(asked).toBeGreaterThan(100)
  expect(fleet.sts.requests).toBe(1 + 3 + 1)
  expect(last).not.toEqual(json)
})

test('a token that was refused is minted anew once, however many say so late', async () => {
  const { json } = await fleet.ask(0)
  const token = json['webIdentityToken']
  await fleet.ask(1)
  const late = await Promise.all(
    Array.from({ length: 40 }, (_, index) => fleet.ask(index % WORKERS, `/invalidate?token=${token}`)),
  )
  const [another, ...others] = new Set(late.map((each) => each.json['webIdentityToken']))
  expect(others).toEqual([])
  expect(another).not.toBe(token)
  expect(fleet.sts.requests).toBe(2)
})

describe('what goes wrong reaches the caller as it was', () => {
  test('a refusal of AWS, with its remedy, once a second', async () => {
    fleet.sts.refusal = {
      status: 403,
      code: 'OutboundWebIdentityFederationDisabledException',
      message: 'Off.',
    }
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => fleet.ask(index % WORKERS)))
    for (const { status, json } of all) {
      expect(status).toBe(500)
      expect(json).toMatchObject({
        name: 'OutboundWebIdentityFederationDisabledException',
        code: 'OutboundWebIdentityFederationDisabledException',
        message: expect.stringMatching(/^Off\. Switch it on once for the account/),
        remedy: expect.stringMatching(/^Switch it on/),
      })
    }
    expect(fleet.sts.requests).toBe(1)
  })

  test('an audience that is not on the broker’s list, for which nothing is sent', async () => {
    const { status, json } = await fleet.ask(1, '/?audience=https://evil.example.com')
    expect(status).toBe(500)
    expect(json).toMatchObject({ name: 'InputError', code: 'invalid_input', path: 'audience' })
    expect(JSON.stringify(json)).not.toContain('another')
    expect(fleet.sts.requests).toBe(0)
  })

  test('a variable that is wrong', async () => {
    await fleet.close()
    fleet = await startFleet(1, { SEALING_KEYS: 'hunter2' })
    const { json } = await fleet.ask(0)
    expect(json).toMatchObject({ name: 'InputError', path: 'sealingKeys[0]' })
    expect(JSON.stringify(json)).not.toContain('hunter2')
  })
})

test('who watches is told by which object, asked or woken by its alarm, and may send it away', async () => {
  await fleet.close()
  fleet = await startFleet(1, {}, 'TellingBroker')
  fleet.sts.lifetime = 5000
  await fleet.ask(0)
  await fleet.ask(0, '/?audience=another')
  const [id, other] = await Promise.all(
    [AUDIENCE, 'another'].map(async (audience) => {
      const request = { audience: [audience], signingAlgorithm: 'ES384', durationSeconds: 3600 } as const
      return fleet.idOf(await brokerName(request))
    }),
  )
  const told = (object: string | undefined) => fleet.told.filter((each) => each['id'] === object)
  await fleet.until(() => told(id).length >= 1 && told(other).length >= 1, 1000)
  expect(told(id)).toHaveLength(1)
  // From here on nobody asks.
  await fleet.until(() => told(id).length >= 2 && told(other).length >= 2, 4500)
  expect(fleet.sts.requests).toBe(4)
  for (const { type, from } of fleet.told) expect({ type, from }).toEqual({ type: 'token', from: 'sts' })
  expect(fleet.told).toHaveLength(4)
})

test('each duration and audience has an object of its own', async () => {
  const { json } = await fleet.ask(0)
  expect((await fleet.ask(0, '/?durationSeconds=900')).json).not.toEqual(json)
  expect((await fleet.ask(0, '/?audience=another')).json).not.toEqual(json)
  expect(fleet.sts.requests).toBe(3)
})
