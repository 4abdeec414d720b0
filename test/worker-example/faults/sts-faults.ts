// STS is down, silent, throttles, or has another clock.

import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import { stsError } from '../stage.ts'
import { crowd, haveReady, recovery, wishes } from './crowd.ts'
import { type Act, atMost, NONE, outcome, stsIn, within } from './row.ts'
import type { Theatre } from './theatre.ts'

/** A whole minute: tokens of one minute are due to be renewed meanwhile, and end; those of five minutes are not. */
export const outage: Act<Theatre> = {
  fault: 'STS is down for a minute',
  async play(theatre) {
    const { sts } = theatre
    const started = performance.now()
    const at = (seconds: number) => setTimeout(started + seconds * 1000 - performance.now())
    await Promise.all([haveReady(theatre, 'long'), haveReady(theatre, 'short', 60)])
    await sts.down()
    const long = wishes('long', { count: 100 })
    const short = wishes('short', { count: 100, durationSeconds: 60 })

    const fresh = await crowd(theatre, wishes('fresh'))
    const kept = await crowd(theatre, [...long, ...short])
    const shown = await theatre.consoleWith('network_failure')
    await theatre.expectLines(fresh.requestIds, kept.requestIds)

    // Brokers renew a token of a minute after 40.8 to 42 s. That failed, which the console shows and callers do not see.
    await at(43)
    await theatre.console(({ tokens }) => {
      const failed = tokens.filter(({ failure }) => failure?.code === 'network_failure')
      expect(failed.map(({ durationSeconds }) => durationSeconds)).toEqual(Array(10).fill(60))
    })
    const late = await crowd(theatre, short.slice(0, 40))
    expect(late.tokens).toEqual(kept.tokens.slice(100, 140))

    // After 48 s too little of it is left.
    await at(51)
    const [lasting, ended] = [await crowd(theatre, long), await crowd(theatre, short)]
    expect(lasting.tokens).toEqual(kept.tokens.slice(0, 100))
    expect([...ended.problems.keys()]).toEqual([...fresh.problems.keys()])

    await at(61)
    await sts.up()
    const took = await recovery(theatre, [...short, ...wishes('fresh', { count: 100 })])
    await theatre.consoleWell()
    await theatre.console(({ tokens }) => expect(tokens.flatMap(({ failure }) => failure ?? [])).toEqual([]))
    return {
      kept: `${outcome(kept)}; of a token whose renewal fails, until a fifth of its life is left`,
      fresh: outcome(fresh),
      wait: within(10, ...[fresh, kept, late, lasting, ended].map(({ longest }) => longest)),
      requests: NONE,
      console: stsIn(shown),
      after: `each had a token within ${within(40, took)}`,
    }
  },
}

const silent: Act<Theatre> = {
  fault: 'STS takes each request and answers nothing',
  async play(theatre) {
    const { sts } = theatre
    await haveReady(theatre, 'silent-kept')
    const before = sts.requests
    sts.answer = (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const asking = [crowd(theatre, wishes('silent-kept')), crowd(theatre, wishes('silent'))] as const
    const [kept, fresh] = await Promise.all(asking)
    const requests = sts.requests - before
    const shown = await theatre.consoleWith('timeout')
    await theatre.expectLines(kept.requestIds, fresh.requestIds)
    sts.answer = undefined
    const took = await recovery(theatre, wishes('silent'))
    await theatre.consoleWell()
    return {
      kept: outcome(kept),
      fresh: outcome(fresh),
      wait: within(15, kept.longest, fresh.longest),
      requests: atMost(30, requests),
      console: stsIn(shown),
      after: `each had a token within ${within(20, took)}`,
    }
  },
}

const throttled: Act<Theatre> = {
  fault: 'STS throttles each request',
  async play(theatre) {
    const { sts } = theatre
    await haveReady(theatre, 'throttled-kept')
    const before = sts.requests
    sts.answer = () => stsError(400, 'Throttling')
    const kept = await crowd(theatre, wishes('throttled-kept'))
    expect(sts.requests).toBe(before)
    const fresh = await crowd(theatre, wishes('throttled'))
    const requests = sts.requests - before
    const shown = await theatre.consoleWith('Throttling')
    await theatre.expectLines(kept.requestIds, fresh.requestIds)
    sts.answer = undefined
    const took = await recovery(theatre, wishes('throttled'))
    await theatre.consoleWell()
    return {
      kept: outcome(kept),
      fresh: outcome(fresh),
      wait: within(10, kept.longest, fresh.longest),
      requests: atMost(60, requests),
      console: stsIn(shown),
      after: `each had a token within ${within(20, took)}`,
    }
  },
}

const throttledTwice: Act<Theatre> = {
  fault: 'STS throttles the first two requests for each token, with `Retry-After: 1`',
  async play(theatre) {
    const { sts } = theatre
    const before = sts.requests
    const asked = new Map<string | null, number>()
    sts.answer = (form) => {
      const audience = form.get('Audience.member.1')
      const times = (asked.get(audience) ?? 0) + 1
      asked.set(audience, times)
      if (times > 2) return undefined
      const response = stsError(400, 'Throttling')
      response.headers.set('retry-after', '1')
      return response
    }
    const fresh = await crowd(theatre, wishes('throttled-twice'))
    sts.answer = undefined
    const shown = await theatre.console(({ sts: { failure } }) => expect(failure?.code).toBe('Throttling'))
    await theatre.consoleWell()
    await theatre.expectLines(fresh.requestIds)
    expect(shown.sts.retries).toBeGreaterThanOrEqual(20)
    return {
      kept: NONE,
      fresh: outcome(fresh),
      wait: within(10, fresh.longest),
      requests: `${sts.requests - before}, for 10 tokens`,
      console: stsIn(await theatre.console()),
      after: NONE,
    }
  },
}

function clock(minutes: number): Act<Theatre> {
  return {
    fault: `the Worker’s clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'behind' : 'ahead'}`,
    async play(theatre) {
      const { sts } = theatre
      const before = sts.requests
      sts.ahead = minutes * 60_000
      try {
        const fresh = await crowd(theatre, wishes(`clock-${minutes}`))
        const kept = await crowd(theatre, wishes(`clock-${minutes}`))
        expect(kept.tokens).toEqual(fresh.tokens)
        const shown = await theatre.console(({ now, tokens, sts: { clockOffset = 0 } }) => {
          expect(Math.sign(clockOffset)).toBe(Math.sign(minutes))
          // AWS's times are shown by the Worker's clock, or the tokens would seem to have ended, or to live too long.
          const left = tokens
            .filter(({ tags }) => tags.some(({ value }) => value === `clock-${minutes}`))
            .map(({ expiresAt }) => (expiresAt - now) / 1000)
          expect(left).toHaveLength(10)
          expect(Math.min(...left)).toBeGreaterThan(240)
          expect(Math.max(...left)).toBeLessThan(302)
        })
        await theatre.expectLines(fresh.requestIds, kept.requestIds)
        return {
          kept: outcome(kept),
          fresh: outcome(fresh),
          wait: within(10, fresh.longest, kept.longest),
          requests: `${sts.requests - before}, for 10 tokens`,
          console: `clocks that are ${Math.abs(Math.round((shown.sts.clockOffset ?? 0) / 60_000))} minutes apart`,
          after: NONE,
        }
      } finally {
        sts.ahead = 0
      }
    },
  }
}

export const stsFaults = [silent, throttled, throttledTwice, clock(20), clock(-20)]
