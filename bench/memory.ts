// That a process which mints for long keeps nothing of it, and how much memory the largest reply takes.

import { MAX_BODY_BYTES } from '../src/http/body.ts'
import type { Bench, Measurement } from './bench.ts'
import type { Samples } from './measure/comparison.ts'
import { fillAlone } from './processes/minters.ts'
import { CONTESTANTS, type Contestant, onStage } from './processes/stage.ts'
import { tokenFilling, tokenOf } from './sts/reply.ts'

const KIB = 1024
const MIB = 1024 * KIB

export const bench: Bench = {
  about: `*Growth of the heap*: what is in use after 10,000 mints, ten at a time, less what was after 1,000, each time after a garbage
collection, of fresh processes. *Peak*: the most memory that a fresh process ever had (resident set) which has read one
reply of 64 KiB, the largest that this package takes.`,
  run: async (quick) => [await growth(quick), await peak(quick)],
}

async function growth(quick: boolean): Promise<Measurement> {
  const [rounds, few, many] = quick ? [1, 50, 100] : [2, 1000, 10_000]
  const order = { atOnce: 10, token: tokenOf() }
  const orders = [few, many - few].map((mints) => ({ mints, ...order }))
  const samples = await onStage('many-tokens.ts', { delay: 0 }, (stage) =>
    measure(rounds, async (name) => {
      const [early, late] = await fillAlone(stage, name, ['--expose-gc'], orders)
      return ((late?.heap ?? Number.NaN) - (early?.heap ?? Number.NaN)) / KIB
    }),
  )
  return {
    kind: 'comparison',
    title: 'Growth of the heap',
    unit: 'KiB',
    samples,
    against: [],
    goals: [{ of: 'ours', atMost: 256 }],
  }
}

async function peak(quick: boolean): Promise<Measurement> {
  const order = { mints: 1, atOnce: 1, token: tokenFilling(MAX_BODY_BYTES) }
  const samples = await onStage('many-tokens.ts', { delay: 0, bytes: MAX_BODY_BYTES }, (stage) =>
    measure(quick ? 1 : 9, async (name) => {
      const [cost] = await fillAlone(stage, name, [], [order])
      return (cost?.peak ?? Number.NaN) / MIB
    }),
  )
  return {
    kind: 'comparison',
    title: 'Peak while reading the largest reply',
    unit: 'MiB',
    samples,
    against: ['raw', 'AWS SDK'],
    goals: [{ of: 'ours', against: 'raw', atMost: 1.1 }],
  }
}

// Without the round of `inTurn` that does not count: processes that are all fresh have nothing to warm.
async function measure(rounds: number, one: (name: Contestant) => Promise<number>): Promise<Samples> {
  const samples = CONTESTANTS.map((name): [Contestant, number[]] => [name, []])
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, figures] of samples) figures.push(await one(name))
  }
  return Object.fromEntries(samples)
}
