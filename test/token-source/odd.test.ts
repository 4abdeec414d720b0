// What no AWS does, and a broken clock, a proxy or somebody's own minter may: none of it hands out a dead token, or mints
// without end.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SessionDurationEscalationException } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { pass, START, stage, useFakeClock } from './support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a clock', () => {
  test('that is set back gives no token a longer life', async () => {
    const { sts, source } = stage()
    const first = await source.getToken()
    vi.setSystemTime(Date.now() - 3_600_000)
    expect(await source.getToken()).toBe(first)
    await pass(1_800_000)
    expect(await source.getToken()).toBe(sts.minted[1])
  })

  test('that is set while STS answers tells no drift', async () => {
    const { source } = stage({}, { latency: 1000 })
    const waiting = source.getToken()
    await pass(500)
    vi.setSystemTime(Date.now() - 600_000)
    await pass(500)
    const first = await waiting
    await pass(239_000)
    const second = source.getToken()
    await pass(2000)
    await second
    const third = source.getToken()
    await pass(1000)
    expect(await third).not.toBe(first)
  })
})

describe('a token', () => {
  test('that is shorter than it was asked for is not given out after its end', async () => {
    const { sts, source } = stage({ durationSeconds: 900 })
    const iat = START / 1000
    const claims = btoa(JSON.stringify({ iat, exp: iat + 300 })).replaceAll('=', '')
    const mint = vi.spyOn(sts, 'getWebIdentityToken').mockResolvedValue({
      webIdentityToken: `eyJ.${claims}.c2ln`,
      expiration: new Date(START + 300_000),
    })
    await source.getToken()
    await pass(241_000)
    await source.getToken().catch(() => {})
    expect(mint).toHaveBeenCalledTimes(2)
  })

  test('that lives for longer than it was asked for is kept for as long', async () => {
    const { sts, source } = stage()
    const mint = vi.spyOn(sts, 'getWebIdentityToken').mockResolvedValue({
      webIdentityToken: 'eyJ.claims.c2ln',
      expiration: new Date(START + 3_600_000),
    })
    await source.getToken()
    await pass(2_400_000)
    await source.getToken()
    expect(mint).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['is over already', { webIdentityToken: 'eyJ.a.b', expiration: new Date(START - 3_600_000) }],
    ['ends at no time', { webIdentityToken: 'eyJ.a.b', expiration: new Date(Number.NaN) }],
    ['is none', { webIdentityToken: undefined as never, expiration: new Date(START + 300_000) }],
  ])('that %s is an error, once in each step of the backoff', async (_, output) => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { sts, source } = stage()
    const mint = vi.spyOn(sts, 'getWebIdentityToken').mockResolvedValue(output)
    for (let call = 0; call < 50; call += 1) {
      expect(await rejectionOf(source.getToken())).toMatchObject({ code: 'unexpected_reply' })
    }
    expect(mint).toHaveBeenCalledTimes(1)
  })
})

test('a rejection without any reason is remembered like another', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const { sts, source } = stage()
  const mint = vi.spyOn(sts, 'getWebIdentityToken').mockRejectedValue(undefined)
  for (let call = 0; call < 50; call += 1) expect(await rejectionOf(source.getToken())).toBeUndefined()
  expect(mint).toHaveBeenCalledTimes(1)
})

test('the backoff begins anew once a token was had', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const { sts, source } = stage({}, { error: new Error('down') })
  for (const step of [1000, 2000, 4000]) {
    await rejectionOf(source.getToken())
    await pass(step)
  }
  sts.turn = {}
  await source.getToken()
  await source.invalidate()
  sts.turn = { error: new Error('down again') }
  await rejectionOf(source.getToken())
  await pass(1000)
  await rejectionOf(source.getToken())
  expect(sts.asked).toHaveLength(6)
})

test('a session that is known to have nothing left is tried with 60 s alone', async () => {
  const error = new SessionDurationEscalationException({
    code: 'SessionDurationEscalationException',
    message: 'Nothing was sent.',
    statusCode: 403,
    requestId: undefined,
    fault: 'client',
    retryable: false,
    attempts: 0,
  })
  const { sts, source } = stage({ durationSeconds: 3600 }, { error })
  expect(await rejectionOf(source.getToken())).toBe(error)
  expect(sts.asked.map(({ durationSeconds }) => durationSeconds)).toEqual([3600, 60])
})

test('a token that comes when the source was disposed of is given to nobody', async () => {
  const { source } = stage()
  await source.getToken()
  await source.invalidate()
  for (let ticks = 0; ticks < 12; ticks += 1) {
    const { source } = stage()
    await source.getToken()
    await source.invalidate()
    const waiting = source.getToken().catch((error: { code: string }) => error.code)
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve()
    await source[Symbol.asyncDispose]()
    await waiting
    expect(await rejectionOf(source.getToken())).toMatchObject({ code: 'disposed' })
  }
})

test.each([
  [
    'throws',
    () => {
      throw new Error('outside of a request')
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('outside of a request')
    },
  ],
])('a waitUntil that %s harms nobody', async (_, waitUntil) => {
  const { sts, source } = stage({ waitUntil })
  expect(await source.getToken()).toBe(sts.minted[0])
})
