// How many tokens a process mints in a second that wants a thousand of them at once.

import type { Bench, Measurement } from './bench.ts'
import { inTurn } from './measure/comparison.ts'
import { fillAlone } from './processes/minters.ts'
import { CONTESTANTS, onStage, type Stage } from './processes/stage.ts'
import { tokenOf } from './sts/reply.ts'

const token = tokenOf()

export const bench: Bench = {
  about: `1,000 mints at once, by a process that has minted 300, ten at a time, and so has its code warm and ten connections
open. \`fetch\` opens one for each of the thousand, the AWS SDK 50 in all.`,
  run: async (quick) => {
    const measured: Measurement[] = []
    for (const delay of [20, 0]) {
      measured.push(await onStage('many-tokens.ts', { delay }, (stage) => compare(stage, delay, quick)))
    }
    return measured
  },
}

async function compare(stage: Stage, delay: number, quick: boolean): Promise<Measurement> {
  const [rounds, mints, warmUp] = quick ? [1, 50, 10] : [5, 1000, 300]
  const orders = [
    { mints: warmUp, atOnce: 10, token },
    { mints, atOnce: mints, token },
  ]
  const contestants = CONTESTANTS.map((name): [string, () => Promise<number>] => [
    name,
    async () => {
      const costs = await fillAlone(stage, name, [], orders)
      return (mints * 1000) / (costs.at(-1)?.milliseconds ?? Number.NaN)
    },
  ])
  return {
    kind: 'comparison',
    title:
      delay === 0 ? '1,000 mints at once, STS answers at once' : `1,000 mints at once, STS ${delay} ms away`,
    unit: 'a second',
    samples: await inTurn(Object.fromEntries(contestants), rounds),
    against: ['AWS SDK', 'raw'],
    goals: [{ of: 'ours', against: 'AWS SDK', atLeast: 2 }],
  }
}
