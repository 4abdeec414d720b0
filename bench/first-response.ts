// What the first request to a fresh isolate waits for: a new process of workerd each time, whose Worker mints a token.

import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { environmentFor } from './contestants/mint/environment.ts'
import { mintingWorker } from './contestants/mint/worker.ts'
import { bundleInChunks } from './measure/bundle.ts'
import { type Comparison, inTurn, pick } from './measure/comparison.ts'
import { type Installed, install } from './measure/fresh-workerd.ts'
import { bundleByWrangler } from './measure/wrangler.ts'
import { tokenOf } from './sts/reply.ts'
import { type ScriptedSts, startScriptedSts } from './sts/scripted-sts.ts'

/** How far away STS is, in milliseconds. */
const AWAY = 20

const [OURS, RAW] = ['ours.ts', 'raw.ts'].map((file) =>
  mintingWorker(join(import.meta.dirname, 'contestants/mint', file)),
) as [string, string]

/** In milliseconds, to the end of the response. */
interface FirstResponse {
  readonly sinceAsked: number
  readonly sinceListening: number
  /** What workerd worked, since it listens. */
  readonly cpu: number
}

export const bench: Bench = {
  about: `A new process of workerd for each, whose Worker answers its first request with the length of a token that it mints; STS is
${AWAY} ms away. *Ours, in chunks* is bundled by esbuild with splitting, the other two in one file, by wrangler.`,
  async run(quick) {
    const sts = await startScriptedSts({ delay: AWAY })
    const workers = await installAll(sts)
    try {
      const contestants = Object.entries(workers).map(
        ([name, worker]) => [name, () => firstResponse(worker, sts)] as const,
      )
      const samples = await inTurn(Object.fromEntries(contestants), quick ? 1 : 101)
      return [
        {
          ...comparison('First response of a fresh workerd, since it listens'),
          samples: pick(samples, ({ sinceListening }) => sinceListening),
          goals: [{ of: 'ours', against: 'raw', atMost: 1.05 }],
        },
        {
          ...comparison('First response of a fresh workerd, since its process was started'),
          samples: pick(samples, ({ sinceAsked }) => sinceAsked),
          goals: [],
        },
        {
          ...comparison('CPU time of workerd for its first response'),
          samples: pick(samples, ({ cpu }) => cpu),
          goals: [],
        },
      ]
    } finally {
      await Promise.all([sts.end(), ...Object.values(workers).map((worker) => worker.remove())])
    }
  },
}

function comparison(title: string): Omit<Comparison, 'samples' | 'goals'> {
  return { kind: 'comparison', title, unit: 'ms', against: ['raw'] }
}

async function installAll({ endpoint }: ScriptedSts): Promise<Readonly<Record<string, Installed>>> {
  const bindings = environmentFor(endpoint)
  const single = async (code: string) => new Map([['index.js', await bundleByWrangler(code)]])
  const [ours, chunks, raw] = await Promise.all([
    single(OURS),
    bundleInChunks(OURS, import.meta.dirname, 'workerd'),
    single(RAW),
  ])
  if (chunks.size < 2) throw new Error('There are no chunks')
  return {
    ours: await install(ours, bindings),
    'ours, in chunks': await install(chunks, bindings),
    raw: await install(raw, bindings),
  }
}

async function firstResponse(worker: Installed, sts: ScriptedSts): Promise<FirstResponse> {
  const { url, askedAt, listeningAt, cpuTime, stop } = await worker.start()
  try {
    const cpuBefore = cpuTime()
    const response = await fetch(url)
    const text = await response.text()
    const endedAt = performance.now()
    const cpu = cpuTime() - cpuBefore
    if (text !== String(tokenOf().length)) throw new Error(`It answered ${response.status}: ${text}`)
    await sts.expectRequests(1)
    return { sinceAsked: endedAt - askedAt, sinceListening: endedAt - listeningAt, cpu }
  } finally {
    await stop()
  }
}
