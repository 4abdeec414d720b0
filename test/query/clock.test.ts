import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import type { ClientEvent } from '../../src/index.ts'
import { ServerClock } from '../../src/query/clock.ts'
import { INPUT, makeClient, rejectionOf } from '../support/client.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR
const YEAR = 365 * DAY

function evidence(date: string | null, message = 'No.', code = 'SignatureDoesNotMatch') {
  return { code, message, date }
}
const httpDate = (time: number) => new Date(time).toUTCString()
const near = (time: number) => expect.closeTo(time / (10 * SECOND), 0)
const inTens = (milliseconds: number) => milliseconds / (10 * SECOND)

describe('the offset is learnt', () => {
  test.each([
    'InvalidSignatureException',
    'RequestExpired',
    'RequestInTheFuture',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
  ])('from the header Date of a %s', (code) => {
    const clock = new ServerClock()
    expect(clock.learn(evidence(httpDate(Date.now() + HOUR), '', code), Date.now())).toBe(true)
    expect(inTens(clock.offset)).toEqual(near(HOUR))
    expect(inTens(clock.now())).toEqual(near(Date.now() + HOUR))
  })

  test.each([
    'Signature expired: 20110909T000000Z is now earlier than 20110909T233600Z (20110909T235100Z - 15 min.)',
    'Signature not yet current: 20110910T001000Z is still later than 20110910T000600Z (20110909T235100Z + 15 min.)',
  ])('from the message, where a browser hides the header: %s', (message) => {
    const clock = new ServerClock()
    expect(clock.learn(evidence(null, message), Date.now())).toBe(true)
    expect(inTens(clock.now())).toEqual(near(Date.UTC(2011, 8, 9, 23, 51)))
  })

  test('anew when the clock of this machine is set right meanwhile', () => {
    const clock = new ServerClock()
    clock.learn(evidence(httpDate(Date.now() + HOUR)), Date.now())
    expect(clock.learn(evidence(httpDate(Date.now())), clock.now())).toBe(true)
    expect(inTens(clock.offset)).toEqual(near(0))
  })
})

test('a clock that was set right while the request was under way is seen by what was signed', () => {
  const clock = new ServerClock()
  expect(clock.learn(evidence(httpDate(Date.now())), Date.now() - HOUR)).toBe(true)
  expect(clock.offset).toBe(0)
})

describe('a clock may refuse by itself', () => {
  test('once, until a server confirms it', () => {
    const clock = new ServerClock()
    expect([clock.mayRefuse(), clock.mayRefuse(), clock.mayRefuse()]).toEqual([true, false, false])
    clock.confirm(httpDate(Date.now() + HOUR))
    clock.confirm(null)
    expect(clock.mayRefuse()).toBe(false)
    clock.confirm(httpDate(Date.now()))
    expect([clock.mayRefuse(), clock.mayRefuse()]).toEqual([true, false])
  })

  test('so that a client on a machine with a fast clock gets its token by the second call', async () => {
    const fast = 50 * 60 * SECOND
    const emulator = createEmulator({ now: () => Date.now() - fast })
    // A session of an hour, of which ten minutes seem to be left.
    const credentials = { ...emulator.credentials, expiration: new Date(Date.now() + 10 * 60 * SECOND) }
    const client = makeClient({ fetch: emulator.fetch, credentials, maxAttempts: 3 })
    const input = { ...INPUT, durationSeconds: 900 }
    expect(await rejectionOf(client.getWebIdentityToken(input))).toMatchObject({ attempts: 0 })
    for (let count = 0; count < 3; count++) {
      expect(await client.getWebIdentityToken(input)).toHaveProperty('webIdentityToken')
    }
  })
})

describe('nothing is learnt', () => {
  test.each([
    ['no date', null],
    ['an empty date', ''],
    ['the year 1601', 'Mon, 01 Jan 1601 00:00:00 GMT'],
    ['the year 1970', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['the year 9999', 'Fri, 31 Dec 9999 23:59:59 GMT'],
    ['two dates', `${httpDate(Date.now() + HOUR)}, ${httpDate(Date.now() + HOUR)}`],
    ['a date in another format', new Date(Date.now() + HOUR).toISOString()],
    ['a number', `${Date.now() + HOUR}`],
    ['a day that does not exist', 'Mon, 99 Jan 2027 00:00:00 GMT'],
    ['a date within five minutes', httpDate(Date.now() + 290 * SECOND)],
  ])('from %s', (_, date) => {
    const clock = new ServerClock()
    expect(clock.learn(evidence(date), Date.now())).toBe(false)
    expect(clock.offset).toBe(0)
  })

  test.each(['AccessDenied', 'ExpiredToken', 'InternalFailure'])(
    'from a %s, whose date may be anything',
    (code) => {
      expect(new ServerClock().learn(evidence(httpDate(Date.now() + HOUR), '', code), Date.now())).toBe(false)
    },
  )

  test.each([
    'The request signature we calculated does not match the signature you provided.',
    'Signature expired: (20110909T235100Z)',
    'See (20110909T235100Z - 15 min.)',
    'Signature expired: 1 is now earlier than 2 (16010101T000000Z - 15 min.)',
    'Signature expired: 1 is now earlier than 2 (20119909T235100Z - 15 min.)',
  ])('from the message %j', (message) => {
    expect(new ServerClock().learn(evidence(null, message), Date.now())).toBe(false)
  })
})

describe('a clock that is off costs one extra request in the life of a client', () => {
  test.each([
    ['an hour behind', HOUR],
    ['an hour ahead', -HOUR],
    ['a day behind', DAY],
    ['a day ahead', -DAY],
    ['ten years behind', 10 * YEAR],
    ['ten years ahead', -10 * YEAR],
  ])('%s', async (_, offset) => {
    // The server's clock is moved, and not this machine's: the two differ all the same.
    const emulator = createEmulator({ now: () => Date.now() + offset })
    const events: ClientEvent[] = []
    const client = makeClient({
      fetch: emulator.fetch,
      credentials: emulator.credentials,
      maxAttempts: 3,
      onEvent: (event) => void events.push(event),
    })
    const { expiration } = await client.getWebIdentityToken(INPUT)
    await client.getWebIdentityToken(INPUT)
    await client.getCallerIdentity()
    expect(events.filter(({ type }) => type === 'request')).toHaveLength(4)
    expect(events.filter(({ type }) => type === 'clock')).toEqual([
      { type: 'clock', operation: 'GetWebIdentityToken', offset: expect.any(Number) },
    ])
    expect(inTens(client.now())).toEqual(near(Date.now() + offset))
    // Expirations are the server's: five minutes from its now.
    expect(inTens(expiration.getTime() - client.now())).toEqual(near(300 * SECOND))
  })
})

test('a client that may send but one request learns for the next call', async () => {
  const emulator = createEmulator({ now: () => Date.now() + DAY })
  const { fetch, credentials } = emulator
  const client = makeClient({ fetch, credentials, maxAttempts: 1 })
  expect(await rejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
    code: 'SignatureDoesNotMatch',
    attempts: 1,
  })
  expect(await client.getWebIdentityToken(INPUT)).toHaveProperty('webIdentityToken')
})

test('a clock that is right makes of a wrong secret no second request', async () => {
  const { fetch, credentials } = createEmulator()
  const client = makeClient({
    fetch,
    credentials: { ...credentials, secretAccessKey: 'wrong' },
    maxAttempts: 3,
  })
  expect(await rejectionOf(client.getWebIdentityToken(INPUT))).toMatchObject({
    code: 'SignatureDoesNotMatch',
    attempts: 1,
  })
})
