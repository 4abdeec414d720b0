// Any interleaving of callers, cancellations, steps of the clock, failures and invalidations, held against what a simple
// model says of each call: what it may get, what it may be refused with, and when it must have ended.

import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
// What a source loads at its first call is loaded before, for the loader knows no fake clock.
import '../../src/token-source/minting.ts'
import type { TokenCallOptions } from '../../src/index.ts'
import { pass, stage, useFakeClock } from './support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
})

const LIFETIME = 300_000
const MINIMUM_VALIDITY = 60_000
const TIMEOUT = 30_000
const DOWN = new Error('STS is down')

type Action =
  | { readonly do: 'call'; readonly callers: number; readonly minimumValidity: number | undefined }
  | { readonly do: 'call and go'; readonly after: number }
  | { readonly do: 'pass'; readonly time: number }
  | { readonly do: 'step the clock'; readonly by: number }
  | { readonly do: 'sts'; readonly isDown: boolean; readonly latency: number }
  | { readonly do: 'invalidate'; readonly which: 'the current' | 'an old one' | 'any' }

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('call' as const),
        callers: fc.integer({ min: 1, max: 5 }),
        minimumValidity: fc.option(fc.nat(0.9 * LIFETIME), { nil: undefined }),
      }),
    },
    fc.record({ do: fc.constant('call and go' as const), after: fc.nat(2000) }),
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        time: fc.oneof(fc.nat(50), fc.nat(5000), fc.nat(100_000), fc.nat(400_000)),
      }),
    },
    fc.record({
      do: fc.constant('step the clock' as const),
      by: fc.integer({ min: -500_000, max: 500_000 }),
    }),
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('sts' as const),
        isDown: fc.boolean(),
        latency: fc.oneof(fc.constant(0), fc.nat(2000), fc.constant(1e9)),
      }),
    },
    fc.record({
      do: fc.constant('invalidate' as const),
      which: fc.constantFrom('the current' as const, 'an old one' as const, 'any' as const),
    }),
  ),
  { minLength: 1, maxLength: 40 },
)

interface Call {
  readonly began: number
  readonly minimumValidity: number
  readonly refusedBefore: ReadonlySet<string>
  ended?: { readonly at: number; readonly token?: string; readonly left?: number; readonly error?: unknown }
}

async function play(script: readonly Action[]): Promise<void> {
  const { sts, source } = stage({ timeout: TIMEOUT })
  // What the source knows of time is its client's clock; requests are counted beside it.
  let underWay = 0
  let mostUnderWay = 0
  const mint = sts.getWebIdentityToken
  sts.getWebIdentityToken = async (...given) => {
    underWay += 1
    mostUnderWay = Math.max(mostUnderWay, underWay)
    try {
      return await mint(...given)
    } finally {
      underWay -= 1
    }
  }
  const calls: Call[] = []
  const refused = new Set<string>()
  let current: string | undefined

  const call = (options?: TokenCallOptions): Call => {
    const { minimumValidity = 0 } = options ?? {}
    const made: Call = { began: performance.now(), minimumValidity, refusedBefore: new Set(refused) }
    source.get(options).then(
      ({ webIdentityToken: token, expiration }) => {
        current = token
        made.ended = { at: performance.now(), token, left: expiration.getTime() - sts.now() }
      },
      (error: unknown) => {
        made.ended = { at: performance.now(), error }
      },
    )
    calls.push(made)
    return made
  }

  for (const action of script) {
    if (action.do === 'call') {
      const { callers, minimumValidity } = action
      for (let index = 0; index < callers; index += 1) call({ minimumValidity })
    }
    if (action.do === 'call and go') {
      const controller = new AbortController()
      const gone = call({ signal: controller.signal })
      await pass(action.after)
      controller.abort('gone')
      await pass(0)
      // Whatever the others wait for, who has gone is let go.
      expect(gone.ended?.token ?? gone.ended?.error).toBeDefined()
    }
    if (action.do === 'pass') await pass(action.time)
    if (action.do === 'step the clock') vi.setSystemTime(Date.now() + action.by)
    if (action.do === 'sts') sts.turn = { latency: action.latency, ...(action.isDown && { error: DOWN }) }
    if (action.do === 'invalidate') {
      const token = { 'the current': current, 'an old one': sts.minted.at(-3), any: undefined }[action.which]
      if (token !== undefined || action.which === 'any') {
        void source.invalidate(token)
        if (token !== undefined && token === current) refused.add(token)
      }
    }
    await pass(0)
    // One flight at a time: never two requests.
    expect(mostUnderWay).toBeLessThanOrEqual(1)
  }
  sts.turn = {}
  await pass(TIMEOUT + 5000)
  for (const { began, minimumValidity, refusedBefore, ended } of calls) {
    // Nobody hangs: the flight that was joined ends by its timeout.
    expect(ended).toBeDefined()
    if (ended === undefined) continue
    expect(ended.at - began).toBeLessThanOrEqual(TIMEOUT + 1)
    if (ended.token === undefined) {
      const isKnown =
        ended.error === DOWN || ended.error === 'gone' || `${ended.error}`.includes('Gave up after')
      expect(isKnown).toBe(true)
    } else {
      const least = Math.max(minimumValidity, Math.min(MINIMUM_VALIDITY, LIFETIME / 5))
      expect(ended.left).toBeGreaterThanOrEqual(least)
      expect(refusedBefore).not.toContain(ended.token)
    }
  }
  // And when all is well again, a token is to be had.
  await pass(31_000)
  expect(sts.minted).toContain(await source.getToken())
  await source[Symbol.asyncDispose]()
  await pass(TIMEOUT)
  expect(vi.getTimerCount()).toBe(0)
}

test('any interleaving is as the model says', { timeout: 60_000 }, async () => {
  await fc.assert(fc.asyncProperty(actions, play), { numRuns: 300 })
})
