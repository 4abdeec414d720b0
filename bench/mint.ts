// What CPU a token costs a process that is warm.

import type { Bench, Measurement } from './bench.ts'
import { inTurn, pick } from './measure/comparison.ts'
import { minters, type Order } from './processes/minters.ts'
import { onStage, type Stage } from './processes/stage.ts'
import { tokenOf } from './sts/reply.ts'

export const bench: Bench = {
  about: `The same token again and again, one after another, by processes that are warm, from an STS in another process that
answers at once: the time of the processor, user and system, of all threads, for a mint, and the time that passes. Each sample is
the mean of 2,000.`,
  run: (quick) => onStage('many-tokens.ts', { delay: 0 }, (stage) => compare(stage, quick)),
}

async function compare(stage: Stage, quick: boolean): Promise<readonly Measurement[]> {
  const [rounds, mints, warmUp] = quick ? [1, 50, 50] : [11, 2000, 3000]
  const order: Order = { mints, atOnce: 1, token: tokenOf() }
  return minters(stage, [], async (fill) => {
    const mint = (name: keyof typeof fill) => async () => {
      const cost = await fill[name](order)
      const { connections } = await stage.expectRequests(mints)
      if (connections > 0) throw new Error(`${name} did not keep its connection`)
      return cost
    }
    for (const warm of Object.values(fill)) await warm({ ...order, mints: warmUp })
    await stage.expectRequests(3 * warmUp)
    const found = await inTurn({ ours: mint('ours'), 'AWS SDK': mint('AWS SDK'), raw: mint('raw') }, rounds)
    return [
      {
        kind: 'comparison',
        title: 'CPU of a mint, warm',
        unit: 'µs',
        samples: pick(found, ({ cpu }) => cpu / mints),
        against: ['raw', 'AWS SDK'],
        goals: [
          { of: 'ours', against: 'raw', atMost: 1.25 },
          { of: 'ours', against: 'AWS SDK', atMost: 0.5 },
        ],
      },
      {
        kind: 'comparison',
        title: 'Time of a mint, warm',
        unit: 'µs',
        samples: pick(found, ({ milliseconds }) => (milliseconds * 1000) / mints),
        against: ['raw', 'AWS SDK'],
        goals: [],
      },
    ]
  })
}
