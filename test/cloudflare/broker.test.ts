// The broker by itself, with a storage and an alarm that the test holds: alarms that come twice, late or never, storage
// that is empty or fails, restarts at any time.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Broker, type BrokerStorage } from '../../src/cloudflare/broker.ts'
import { brokerName } from '../../src/cloudflare/broker-name.ts'
import { InputError, type TokenRequest, type TokenSourceEvent } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { AUDIENCE, fakeSts, pass, played, START, useFakeClock } from '../token-source/support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const HOUR = 3_600_000
const REQUEST: TokenRequest = { audience: AUDIENCE, signingAlgorithm: 'ES384', durationSeconds: 3600 }

interface Storage extends BrokerStorage {
  readonly entries: Map<string, unknown>
  alarm: number | null
  isDown: boolean
}

function memoryStorage(): Storage {
  const answer = async <Value>(value: () => Value): Promise<Value> => {
    if (storage.isDown) throw new Error('the storage is down')
    return value()
  }
  const storage: Storage = {
    entries: new Map(),
    alarm: null,
    isDown: false,
    get: (key) => answer(() => storage.entries.get(key)),
    put: (key, value) => answer(() => void storage.entries.set(key, structuredClone(value))),
    delete: (key) => answer(() => storage.entries.delete(key)),
    deleteAll: () => answer(() => storage.entries.clear()),
    getAlarm: () => answer(() => storage.alarm),
    setAlarm: (time) =>
      answer(() => {
        storage.alarm = time
      }),
  }
  return storage
}

function stage(request = REQUEST) {
  const storage = memoryStorage()
  const sts = fakeSts()
  const events: TokenSourceEvent[] = []
  const brokerFor = (audiences = [AUDIENCE, 'another']) =>
    new Broker(storage, {
      sts,
      audiences,
      sealingKeys: [new Uint8Array(32).fill(7)],
      onEvent: (event) => events.push(event),
    })
  const stage = {
    storage,
    sts,
    events,
    broker: brokerFor(),
    ask: () => stage.broker.token(request, undefined),
    /** As if the object had been evicted; or deployed anew, with these audiences. */
    restart(audiences?: string[]) {
      stage.broker = brokerFor(audiences)
    },
    /** Lets time pass until the alarm, and rings it. */
    async ring() {
      await pass(Math.max(0, (storage.alarm ?? Number.NaN) - Date.now()))
      storage.alarm = null
      await stage.broker.alarm()
    },
  }
  return stage
}

test('a fleet costs one request a lifetime, and no caller ever waits for STS', async () => {
  const { ask, ring, sts, storage } = stage()
  await ask()
  for (let renewal = 1; renewal <= 5; renewal += 1) {
    const before = Date.now()
    await ring()
    expect(Date.now() - before).toBeGreaterThanOrEqual(0.69 * HOUR)
    expect(sts.asked).toHaveLength(renewal + 1)
    expect(await ask()).toMatchObject({ webIdentityToken: sts.minted[renewal] })
  }
  expect(storage.alarm).not.toBeNull()
})

describe('an alarm', () => {
  test('that comes twice mints once', async () => {
    const { ask, ring, broker, sts } = stage()
    await ask()
    await ring()
    await broker.alarm()
    await Promise.all([broker.alarm(), broker.alarm()])
    expect(sts.asked).toHaveLength(2)
  })

  test('that comes too early mints nothing, and is set again', async () => {
    const { ask, broker, sts, storage } = stage()
    await ask()
    storage.alarm = null
    await broker.alarm()
    expect(sts.asked).toHaveLength(1)
    expect(storage.alarm).toBeGreaterThan(START + 0.69 * HOUR)
  })

  test('that comes late finds that a caller has renewed the token', async () => {
    const { ask, broker, sts } = stage()
    await ask()
    await pass(2 * HOUR)
    expect(await ask()).toMatchObject({ webIdentityToken: sts.minted[1] })
    await broker.alarm()
    expect(sts.asked).toHaveLength(2)
  })

  test('after a restart renews what the storage has', async () => {
    const { ask, ring, restart, sts } = stage()
    await ask()
    restart()
    await ring()
    // The stored token was found first, and is due: it is renewed at the next look.
    await ring()
    expect(sts.asked).toHaveLength(2)
  })

  test('comes again by a backoff while STS is down', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { ask, ring, sts } = stage()
    await ask()
    sts.turn = { error: new Error('down') }
    const times: number[] = []
    for (let ringing = 0; ringing < 5; ringing += 1) {
      await ring()
      times.push(Date.now())
    }
    expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual([1000, 2000, 4000, 8000])
    sts.turn = {}
    await ring()
    expect(await ask()).toMatchObject({ webIdentityToken: sts.minted[1] })
  })

  test('comes no sooner than after a second, however soon the token could be asked for again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { ask, ring, sts, storage } = stage()
    await ask()
    sts.turn = { error: new Error('down') }
    for (let ringing = 0; ringing < 5; ringing += 1) {
      await ring()
      expect(Number(storage.alarm) - Date.now()).toBeGreaterThanOrEqual(1000)
    }
  })

  test('renews a token of a minute that was asked for since the last note of it', async () => {
    const { ask, ring, sts } = stage({ ...REQUEST, durationSeconds: 60 })
    await ask()
    await ring()
    await ask()
    await ring()
    expect(sts.asked).toHaveLength(3)
  })

  test('mints nothing for an audience that may not be asked for any more, and leaves nothing behind', async () => {
    const { ask, ring, restart, sts, storage } = stage()
    await ask()
    restart(['another'])
    await ring()
    await pass(HOUR)
    expect(sts.asked).toHaveLength(1)
    expect([storage.alarm, storage.entries.size]).toEqual([null, 0])
  })

  test('does not come again where nobody has asked for a whole lifetime', async () => {
    const { ask, ring, storage, sts } = stage()
    await ask()
    for (let ringing = 0; storage.alarm !== null; ringing += 1) {
      expect(ringing).toBeLessThan(4)
      await ring()
    }
    expect(sts.asked.length).toBeLessThanOrEqual(2)
    expect(storage.entries.size).toBe(0)
    await pass(10 * HOUR)
    await ask()
    expect(storage.alarm).not.toBeNull()
  })

  test('that forgets while somebody waits leaves nothing behind, and the next one renews for who asks after that', async () => {
    const { ask, ring, broker, storage, sts } = stage()
    await ask()
    while (storage.entries.has('token') && Number(storage.alarm) < START + 2 * HOUR) await ring()
    await pass(Number(storage.alarm) - Date.now() - 10)
    sts.turn = { latency: 1000 }
    const before = sts.asked.length
    const asked = ask()
    await vi.waitFor(() => expect(sts.asked).toHaveLength(before + 1), { interval: 1 })
    await pass(100)
    await broker.alarm()
    expect(storage.entries.size).toBe(0)
    await played(asked)
    expect(storage.entries.has('input')).toBe(false)
    await ring()
    expect([storage.alarm, storage.entries.size]).toEqual([null, 0])
    sts.turn = {}
    // The clock is set back meanwhile.
    vi.setSystemTime(Date.now() - 4 * HOUR)
    await ask()
    await ring()
    expect(storage.alarm).not.toBeNull()
  })

  test('that finds that nobody asks any more leaves the last token to whoever asks until it ends', async () => {
    const { ask, ring, restart, storage, sts } = stage()
    await ask()
    await ring()
    await ring()
    sts.turn = { error: new Error('down') }
    restart()
    await pass(0.1 * HOUR)
    expect(await ask()).toMatchObject({ webIdentityToken: sts.minted[1] })
    // He is one who asks: its renewals begin again.
    expect(storage.alarm).toBeLessThan(Date.now() + 31_000)
  })

  test('renews what is asked for again after that, also after a restart', async () => {
    const { ask, ring, restart, storage, sts } = stage()
    await ask()
    while (storage.alarm !== null) await ring()
    const before = sts.asked.length
    await ask()
    restart()
    await ring()
    await ring()
    expect(sts.asked).toHaveLength(before + 2)
  })
})

test('who asks for a token that is there has nothing written to the storage, also after a restart', async () => {
  // When a token is due is drawn anew after a restart.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const { ask, restart, storage } = stage()
  await ask()
  let writes = 0
  const { put, setAlarm } = storage
  storage.put = (...given) => {
    writes += 1
    return put(...given)
  }
  storage.setAlarm = (time) => {
    writes += 1
    return setAlarm(time)
  }
  for (let call = 0; call < 100; call += 1) await ask()
  expect(writes).toBe(0)
  restart()
  for (let call = 0; call < 100; call += 1) await ask()
  // That it is asked for is noted anew.
  expect(writes).toBe(1)
})

test('a restart costs no mint, and neither does a second one at once', async () => {
  const { ask, restart, sts } = stage()
  const first = await ask()
  for (let restarts = 0; restarts < 3; restarts += 1) {
    restart()
    expect(await ask()).toEqual({ ...first, now: expect.any(Number) })
  }
  expect(sts.asked).toHaveLength(1)
})

test('a storage that was emptied costs one mint', async () => {
  const { ask, restart, sts, storage } = stage()
  await ask()
  storage.entries.clear()
  restart()
  const all = await Promise.all(Array.from({ length: 100 }, ask))
  expect(new Set(all.map(({ webIdentityToken }) => webIdentityToken)).size).toBe(1)
  expect(sts.asked).toHaveLength(2)
})

test('an entry that was tampered with is minted anew', async () => {
  const { ask, restart, sts, storage } = stage()
  const { webIdentityToken } = await ask()
  expect(JSON.stringify([...storage.entries])).not.toContain(webIdentityToken)
  storage.entries.set('token', 'eyJ.nonsense')
  restart()
  await ask()
  expect(sts.asked).toHaveLength(2)
})

describe('a request', () => {
  test.each([
    ['for an audience that is not on the list', { audience: 'https://evil.example.com' }, 'audience'],
    ['for one beside a listed one', { audience: [AUDIENCE, 'https://evil.example.com'] }, 'audience'],
    ['that is malformed', { durationSeconds: 59 }, 'durationSeconds'],
  ])('%s is refused, and leaves nothing behind', async (_, change, path) => {
    const { broker, sts, storage } = stage()
    const error = await rejectionOf(broker.token({ ...REQUEST, ...change }, undefined))
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ path })
    expect(storage.entries.size).toBe(0)
    expect(sts.asked).toEqual([])
  })

  test.each<Partial<TokenRequest>>([
    { audience: 'another' },
    { signingAlgorithm: 'RS256' },
    { durationSeconds: 900 },
    { tags: [{ key: 'team', value: 'web' }] },
  ])('of another object is refused, by its name or by what this one keeps: %j', async (change) => {
    const { broker, sts } = stage()
    const other = { ...REQUEST, ...change }
    const name = await brokerName({ audience: [AUDIENCE], signingAlgorithm: 'ES384', durationSeconds: 3600 })
    expect(await rejectionOf(broker.token(other, name))).toMatchObject({ path: 'request' })
    await broker.token(REQUEST, name)
    expect(await rejectionOf(broker.token(other, undefined))).toMatchObject({ path: 'request' })
    expect(sts.asked).toHaveLength(1)
  })
})

test('an invalidated token is dropped in memory and storage, and only that one', async () => {
  const { ask, broker, restart, sts, storage } = stage()
  const { webIdentityToken } = await ask()
  await broker.invalidate('eyJ.another.one')
  expect(storage.entries.has('token')).toBe(true)
  await broker.invalidate(webIdentityToken)
  expect(storage.entries.has('token')).toBe(false)
  const second = await ask()
  await broker.invalidate(webIdentityToken)
  restart()
  expect(await ask()).toMatchObject({ webIdentityToken: second.webIdentityToken })
  expect(sts.asked).toHaveLength(2)
})

test('while STS hangs, who asks gets the token that is still good, at once', async () => {
  const { ask, broker, sts } = stage()
  const first = await ask()
  await pass(0.76 * HOUR)
  sts.turn = { latency: 100_000 }
  void broker.alarm()
  await pass(10)
  const before = performance.now()
  const again = [ask(), ask()]
  await pass(0)
  for (const each of again) expect(await each).toMatchObject({ webIdentityToken: first.webIdentityToken })
  expect(performance.now() - before).toBe(0)
})

test('a storage that fails costs nobody a token, and alarms come again once it is back', async () => {
  const { ask, events, storage, sts } = stage()
  const { setAlarm, put } = storage
  storage.setAlarm = () => Promise.reject(new Error('the storage is down'))
  storage.put = (key, value) => (key === 'asked' ? Promise.reject(new Error('down')) : put(key, value))
  await ask()
  const failed = { type: 'store_failed', action: 'set', reason: 'error' }
  expect(events.filter(({ type }) => type === 'store_failed')).toEqual([failed, failed])
  Object.assign(storage, { setAlarm, put })
  await ask()
  expect(storage.alarm).not.toBeNull()
  expect(storage.entries.has('asked')).toBe(true)
  expect(sts.asked).toHaveLength(1)
})

test('who brings the token that was refused gets another, however many bring it', async () => {
  const { ask, broker, sts } = stage()
  const { webIdentityToken } = await ask()
  const all = await Promise.all(
    Array.from({ length: 20 }, () => broker.token(REQUEST, undefined, webIdentityToken)),
  )
  expect(new Set(all.map((each) => each.webIdentityToken))).toEqual(new Set([sts.minted[1]]))
  expect(sts.asked).toHaveLength(2)
})
