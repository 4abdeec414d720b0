// The Durable Objects are aborted in the middle of their work, lose what they stored, or the ledger's fails.

import { rm } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { FleetOptions } from '../../../worker-example/demo/fleet.ts'
import { crowd, haveReady, wishes } from './crowd.ts'
import { KEYS } from './faulty-sts.ts'
import { type Act, atMost, NONE, outcome, stsIn, within } from './row.ts'
import { type Theatre, until } from './theatre.ts'

/** Brokers renew a token of a minute after 40.8 to 42 s. */
const SHORT = { count: 40, durationSeconds: 60 }

export const abortedInRenewal: Act<Theatre> = {
  fault: 'each Durable Object is aborted while it renews its token',
  async play(theatre) {
    const { sts } = theatre
    await haveReady(theatre, 'renewed', SHORT.durationSeconds)
    const before = sts.requests
    const goOn = sts.hold()
    await setTimeout(38_000)
    await until(() => sts.requests - before === 10)
    await theatre.abortObjects()
    const kept = await crowd(theatre, wishes('renewed', SHORT))
    goOn()
    // The first ones have too little left by then.
    await setTimeout(8000)
    const renewed = await crowd(theatre, wishes('renewed', SHORT))
    for (const token of renewed.tokens) expect(kept.tokens).not.toContain(token)
    await theatre.expectLines(kept.requestIds, renewed.requestIds)
    return {
      kept: `${outcome(kept)}; after that all ${renewed.tokens.length} new ones`,
      fresh: NONE,
      wait: within(10, kept.longest, renewed.longest),
      requests: atMost(40, sts.requests - before),
      console: stsIn(await theatre.console()),
      after: NONE,
    }
  },
}

export const abortedInMint: Act<Theatre> = {
  fault: 'each Durable Object is aborted while it mints its first token',
  async play(theatre) {
    const { sts } = theatre
    const before = sts.requests
    const goOn = sts.hold()
    const asking = crowd(theatre, wishes('aborted'))
    await until(() => sts.requests - before === 10)
    await theatre.abortObjects()
    goOn()
    const fresh = await asking
    await theatre.expectLines(fresh.requestIds)
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

/** A fleet whose storage stands in a folder. */
export function wiped(storage: string): Act<Theatre> {
  return {
    fault: 'all that is stored is wiped, brokers’ and ledger’s, and the Worker started anew',
    async play(theatre) {
      const { sts } = theatre
      sts.rotateTo(KEYS)
      await theatre.deploy(KEYS, () => rm(storage, { recursive: true }))
      const before = sts.requests
      const fresh = await crowd(theatre, wishes('wiped'))
      const shown = await theatre.console(({ decisions }) => expect(decisions).toHaveLength(200))
      await theatre.expectLines(fresh.requestIds)
      return {
        kept: NONE,
        fresh: outcome(fresh),
        wait: within(10, fresh.longest),
        requests: `${sts.requests - before}, for 10 tokens`,
        console: `what came since: ${shown.decisions.length} decisions, ${shown.tokens.length} tokens`,
        after: NONE,
      }
    },
  }
}

/** What a fleet is made of whose ledger does the same whatever it is asked. */
function ledgerThat(does: string): NonNullable<FleetOptions['sinks']> {
  const LEDGER = { className: 'Ledger', useSQLite: true }
  return {
    bound: { durableObjects: { LEDGER: { ...LEDGER, scriptName: 'ledger' } } },
    workers: [
      {
        name: 'ledger',
        modules: true,
        compatibilityDate: '2026-09-01',
        durableObjects: { LEDGER },
        script: `
          import { DurableObject } from 'cloudflare:workers'
          export class Ledger extends DurableObject {
            record() { ${does} }
            report() { ${does} }
          }
          export default { fetch: () => new Response() }`,
      },
    ],
  }
}

export const THROWING_LEDGER = ledgerThat(`throw new Error('the disk is full')`)
export const SILENT_LEDGER = ledgerThat('return new Promise((resolve) => setTimeout(resolve, 3_600_000))')

async function withoutLedger(theatre: Theatre) {
  const { sts } = theatre
  const before = sts.requests
  const fresh = await crowd(theatre, wishes('ledger'))
  const kept = await crowd(theatre, wishes('ledger'))
  const lines = await theatre.logged([...fresh.requestIds, ...kept.requestIds])
  expect(new Set(lines.map(({ verdict }) => verdict))).toEqual(new Set(['granted']))
  return {
    kept: outcome(kept),
    fresh: outcome(fresh),
    wait: within(10, kept.longest, fresh.longest),
    requests: `${sts.requests - before}, for 10 tokens`,
    console: `nothing; the log has all ${lines.length} decisions`,
    after: NONE,
  }
}

export const throwingLedger: Act<Theatre> = {
  fault: 'the ledger’s Durable Object fails',
  async play(theatre) {
    const row = await withoutLedger(theatre)
    for (const text of ['The audit could not be told', 'The ledger could not be told']) {
      await theatre.expectLog(text)
    }
    return row
  },
}

export const silentLedger: Act<Theatre> = {
  fault: 'the ledger’s Durable Object answers nothing',
  play: withoutLedger,
}
