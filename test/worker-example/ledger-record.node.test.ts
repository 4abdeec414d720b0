// What the ledger keeps of what it is told. It is told here and not by the Worker, so that each case comes alone.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fleet, type LedgerCalls, startFleet } from '../../worker-example/demo/fleet.ts'
import type { AuditLine } from '../../worker-example/ledger/audit-line.ts'
import type { Given, KeptFor, Report } from '../../worker-example/ledger/report.ts'

let fleet: Fleet
let ledger: LedgerCalls

beforeAll(async () => {
  fleet = await startFleet({ bindings: {} })
  ledger = await fleet.ledger()
}, 60_000)

afterAll(() => fleet.close())

const now = Date.now()
const HOUR = 3_600_000

function keptFor(audience: string): KeptFor {
  return { audience: [audience], signingAlgorithm: 'ES384', durationSeconds: 300, tags: [] }
}

function give(audience: string, members: Partial<Given> = {}) {
  const given = { keptFor: keptFor(audience), expiresAt: now + HOUR, count: 1, at: now, ...members }
  return ledger.record({ lines: [], given: [given], requests: {}, toldAt: Date.now() })
}

function report(audience: string, ...reports: Report[]) {
  return ledger.report({ object: audience, keptFor: keptFor(audience), reports, toldAt: Date.now() })
}

async function tokenFor(audience: string) {
  const { tokens } = await ledger.snapshot()
  return tokens.find((token) => token.audience[0] === audience)
}

const minted = (at: number, isNew = true): Report => ({ type: 'token', at, expiresAt: at + HOUR, isNew })
const failed = { type: 'refresh-failed', failure: { at: now, code: 'AccessDenied' } } as const

describe('of the tokens', () => {
  test('one that a broker got and nobody asked for yet has no time at which it was asked for', async () => {
    await report('unasked', minted(now))
    expect(await tokenFor('unasked')).toMatchObject({ mints: 1, mintedAt: now, asked: 0 })
    expect(await tokenFor('unasked')).not.toHaveProperty('askedAt')
  })

  test('one that a broker found in its store was not minted once more', async () => {
    await report('stored', minted(now - 3000), minted(now - 2000, false))
    expect(await tokenFor('stored')).toMatchObject({ mints: 1, mintedAt: now - 3000 })
    await report('stored', minted(now - 1000))
    expect(await tokenFor('stored')).toMatchObject({ mints: 2, mintedAt: now - 1000 })
  })

  test('why one could not be renewed is shown until it is', async () => {
    await report('failing', minted(now - 1000), failed)
    expect(await tokenFor('failing')).toMatchObject({ failure: failed.failure })
    await report('failing', minted(now))
    expect(await tokenFor('failing')).not.toHaveProperty('failure')
  })

  test('those that were asked for last come first, whichever isolate told of it first', async () => {
    await give('asked first', { at: now + 1000 })
    await give('asked last', { at: now + 3000 })
    await give('asked last', { at: now + 500 })
    await give('asked second', { at: now + 2000 })
    const { tokens } = await ledger.snapshot()
    const asked = tokens.filter(({ audience: [name = ''] }) => name.startsWith('asked '))
    expect(asked.map(({ audience }) => audience[0])).toEqual(['asked last', 'asked second', 'asked first'])
    expect(asked[0]).toMatchObject({ asked: 2, askedAt: now + 3000 })
  })

  test('one ends when the newest of it does, though an isolate gives the one before', async () => {
    await give('renewed', { expiresAt: now + HOUR })
    await give('renewed', { expiresAt: now + HOUR / 2 })
    expect(await tokenFor('renewed')).toMatchObject({ expiresAt: now + HOUR, asked: 2 })
  })

  test('one is shown for an hour after its end, and then no more', async () => {
    await give('ended', { at: now - 2 * HOUR, expiresAt: now - 0.9 * HOUR })
    await give('gone', { at: now - 2 * HOUR, expiresAt: now - 1.1 * HOUR })
    expect(await tokenFor('ended')).toBeDefined()
    expect(await tokenFor('gone')).toBeUndefined()
  })

  test('one that was asked for within the hour is shown, however long ago it ended by a clock of AWS that is behind', async () => {
    await give('asked', { at: now, expiresAt: now - 2 * HOUR })
    expect(await tokenFor('asked')).toMatchObject({ asked: 1 })
  })

  test('so many are kept as have two megabytes, whatever they are written in', async () => {
    const value = '—'.repeat(250)
    const tags = Array.from({ length: 40 }, (_, index) => ({ key: `tag-${index}`, value }))
    const given = Array.from({ length: 100 }, (_, index) => {
      const kept = { ...keptFor(`large-${index}`), tags }
      // Before the others, which so are not pushed out.
      const at = now - HOUR / 2 + index
      return { keptFor: kept, expiresAt: now + HOUR, count: 1, at }
    })
    await ledger.record({ lines: [], given, requests: {}, toldAt: Date.now() })
    const { tokens } = await ledger.snapshot()
    const large = tokens.filter(({ audience: [name = ''] }) => name.startsWith('large-'))
    expect(large[0]?.audience).toEqual(['large-99'])
    const bytes = Buffer.byteLength(JSON.stringify(large.map(({ tags }) => tags)))
    expect(bytes).toBeGreaterThan(1_900_000)
    expect(bytes).toBeLessThan(2_000_000)
  })
})

describe('of STS', () => {
  test('attempts and retries are summed up, with how each of the last hundred went', async () => {
    const failure = { at: now - 1, code: 'Throttling' }
    const attempts = Array.from({ length: 120 }, (_, duration): Report => {
      return { type: 'attempt', at: now, duration, ...(duration === 119 && { failure }) }
    })
    await report('busy', ...attempts, { type: 'retry' })
    const { sts } = await ledger.snapshot()
    expect(sts).toMatchObject({ attempts: 120, failures: 1, retries: 1, successAt: now })
    const durations = Array.from({ length: 100 }, (_, index) => 20 + index)
    expect(sts.recent).toEqual(durations.map((duration) => ({ duration, hasFailed: duration === 119 })))
  })

  test('the last failure is the one that came last, in whichever order they are told', async () => {
    const failure = (at: number): Report => ({
      type: 'attempt',
      at,
      duration: 20,
      failure: { at, code: `at ${at - now}` },
    })
    const { failures } = (await ledger.snapshot()).sts
    await report('busy', failure(now + 2000))
    await report('other', failure(now + 1000))
    expect((await ledger.snapshot()).sts).toMatchObject({
      failure: { at: now + 2000, code: 'at 2000' },
      failures: failures + 2,
    })
  })

  test('the last success is the one that came last, in whichever order they are told', async () => {
    await report('busy', { type: 'attempt', at: now + 2000, duration: 20 })
    await report('other', { type: 'attempt', at: now + 1000, duration: 20 })
    expect((await ledger.snapshot()).sts.successAt).toBe(now + 2000)
  })

  test('what an exchange fails at is told of its token and not of STS', async () => {
    const { sts } = await ledger.snapshot()
    // Later than all that STS failed at, which so does not hide it.
    const refused = { type: 'refresh-failed', failure: { at: now + 9000, code: 'invalid_grant' } } as const
    const kept = { ...keptFor('party'), exchange: 'openai' }
    await ledger.report({ object: 'party', keptFor: kept, reports: [minted(now), refused], toldAt: now })
    expect(await tokenFor('party')).toMatchObject({ kind: 'access-token', failure: refused.failure })
    expect((await ledger.snapshot()).sts).toEqual(sts)
  })
})

describe('of grants and denials', () => {
  let at = now
  function line(requestId: string, members: Partial<AuditLine> = {}): AuditLine {
    at += 1
    return { at, requestId, action: 'token', verdict: 'denied', ...members }
  }
  async function record(...lines: AuditLine[]) {
    await ledger.record({ lines, given: [], requests: {}, toldAt: Date.now() })
  }
  async function kept(): Promise<string[]> {
    return (await ledger.snapshot()).decisions.map(({ requestId }) => requestId)
  }
  const named = (name: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `${name}-${from + index}`)

  test('the newest come first, also of those that came together in one moment', async () => {
    const together = ['one', 'two', 'three'].map((id) => ({ ...line(id, { caller: 'ci' }), at: now }))
    await record(...together)
    await record(line('four', { caller: 'ci' }))
    await record(line('of a stranger'))
    await record(line('five', { caller: 'ci' }))
    expect(await kept()).toEqual(['five', 'of a stranger', 'four', 'three', 'two', 'one'])
  })

  test('a sign-in that failed is a stranger’s, and none of a caller’s lines makes room for it', async () => {
    await record(line('of a caller', { caller: 'ci' }))
    const knocks = named('knock', 0, 1000).map((id) => line(id, { action: 'sign-in', via: 'secret' }))
    await record(...knocks)
    const ids = await kept()
    expect(ids).toContain('of a caller')
    expect(ids.filter((id) => id.startsWith('knock'))).toHaveLength(200)
  })

  test('the last 1,000 of callers are kept, and 200 of strangers, who can’t push them out', async () => {
    const signIn = line('sign-in', { action: 'sign-in', via: 'secret', verdict: 'granted' })
    await record(...named('ci', 0, 250).map((id) => line(id, { caller: 'ci' })), signIn)
    for (let from = 250; from < 1150; from += 300) {
      await record(...named('ci', from, from + 300).map((id) => line(id, { caller: 'ci' })))
      await record(...named('stranger', from, from + 300).map((id) => line(id)))
    }
    const ids = await kept()
    expect(ids).toHaveLength(1200)
    expect(ids).toContain('sign-in')
    expect(ids.filter((id) => id.startsWith('ci')).toReversed()).toEqual(named('ci', 151, 1150))
    expect(ids.filter((id) => id.startsWith('stranger')).toReversed()).toEqual(named('stranger', 950, 1150))
  })
})

describe('of clocks', () => {
  const MINUTES = 60_000
  const expiresAt = now + HOUR

  /** A broker tells what it knows of AWS's clock, by a clock that is itself ahead of the ledger's by so much. */
  function compare(clockOffset: number | undefined, ahead = 0) {
    const [object, reports] = ['clock', [] as Report[]]
    return ledger.report({ object, keptFor: undefined, reports, clockOffset, toldAt: Date.now() + ahead })
  }

  /** When a token, an access token and the lines of both are shown to end, from when they do by AWS's clock. */
  async function shown() {
    const { tokens, decisions } = await ledger.snapshot()
    const ends = [...tokens, ...decisions].filter(
      (each) => each.expiresAt !== undefined && each.audience?.[0] === 'by the clock',
    )
    const offsets = (isExchanged: boolean) =>
      ends
        .filter(({ exchange }) => (exchange !== undefined) === isExchanged)
        .map((each) => Math.round((Number(each.expiresAt) - expiresAt) / 1000))
    return { tokens: offsets(false), accessTokens: offsets(true) }
  }

  test('that of AWS is shown where it is a minute off or more, and ends of tokens by the Worker’s own', async () => {
    const kept = keptFor('by the clock')
    const exchanged = { ...kept, exchange: 'openai' }
    const given = [kept, exchanged].map((each) => ({ keptFor: each, expiresAt, count: 1, at: now }))
    const lines = given.map(({ keptFor: { audience, ...rest } }, index): AuditLine => {
      const exchange = 'exchange' in rest ? { exchange: String(rest.exchange) } : {}
      return {
        at: now,
        requestId: `clock-${index}`,
        action: 'token',
        verdict: 'granted',
        audience,
        expiresAt,
        ...exchange,
      }
    })
    await ledger.record({ lines, given, requests: {}, toldAt: Date.now() })
    await compare(20 * MINUTES)
    expect(Math.round(((await ledger.snapshot()).sts.clockOffset ?? 0) / 1000)).toBe(20 * 60)
    // That of an access token is known by the Worker's clock.
    expect(await shown()).toEqual({ tokens: [-20 * 60, -20 * 60], accessTokens: [0, 0] })
    await compare(59_000)
    expect((await ledger.snapshot()).sts).not.toHaveProperty('clockOffset')
    expect(await shown()).toEqual({ tokens: [0, 0], accessTokens: [0, 0] })
  })

  test('is not forgotten while STS fails, or is asked by who does not know it', async () => {
    await compare(-20 * MINUTES)
    await report('failing', {
      type: 'attempt',
      at: now,
      duration: 20,
      failure: { at: now, code: 'Throttling' },
    })
    await compare(undefined)
    expect(Math.round(((await ledger.snapshot()).sts.clockOffset ?? 0) / 1000)).toBe(-20 * 60)
  })

  test('of a broker on another machine is taken for what it is', async () => {
    await compare(-20 * MINUTES, 20 * MINUTES)
    expect((await ledger.snapshot()).sts).not.toHaveProperty('clockOffset')
  })
})
