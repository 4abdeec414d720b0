// What a fresh process takes until it has its first token.

import type { Bench, Measurement } from './bench.ts'
import { timeChild } from './measure/child.ts'
import { inTurn, pick } from './measure/comparison.ts'
import type { FirstToken } from './processes/first-token.ts'
import { CONTESTANTS, onStage, type Stage } from './processes/stage.ts'
import { tokenOf } from './sts/reply.ts'

const CACHED = ', compile cache'

interface Start {
  readonly milliseconds: number
  readonly cpu: number
}

export const bench: Bench = {
  about: `A fresh Node.js process with the bundle of a program that mints one token, from its start to the token in hand. STS is
in another process and takes 20 ms. *Compile cache*: the same with [\`NODE_COMPILE_CACHE\`](https://nodejs.org/api/module.html#module-compile-cache),
so that V8 finds what it made of the code when the program ran before.`,
  run: (quick) => onStage('first-token.ts', { delay: 20 }, (stage) => compare(stage, quick ? 1 : 61)),
}

async function compare(stage: Stage, rounds: number): Promise<readonly Measurement[]> {
  const contestants = CONTESTANTS.flatMap((name): [string, () => Promise<Start>][] => [
    [name, () => start(stage, stage.programs[name])],
    [`${name}${CACHED}`, () => start(stage, stage.programs[name], { NODE_COMPILE_CACHE: stage.folder })],
  ])
  const found = await inTurn(Object.fromEntries(contestants), rounds)
  return [
    {
      kind: 'comparison',
      title: 'Cold start',
      unit: 'ms',
      samples: pick(found, ({ milliseconds }) => milliseconds),
      against: ['raw', 'AWS SDK'],
      goals: [
        { of: 'ours', against: 'raw', atMost: 1.08 },
        { of: 'ours', against: 'AWS SDK', atMost: 0.9 },
      ],
    },
    {
      kind: 'comparison',
      title: 'CPU of a cold start',
      unit: 'ms',
      samples: pick(found, ({ cpu }) => cpu / 1000),
      against: ['raw', 'AWS SDK'],
      goals: [],
    },
  ]
}

async function start(
  stage: Stage,
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Start> {
  const { found, milliseconds } = await timeChild([program], { ...stage.env, ...env })
  const { token, cpu } = found as FirstToken
  if (token !== tokenOf()) throw new Error(`${program} has another token`)
  await stage.expectRequests(1)
  return { milliseconds, cpu }
}
