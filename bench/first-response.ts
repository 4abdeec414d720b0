// What the first request to a fresh isolate waits for: a new process of workerd each time, whose Worker mints a token.

import { join } from 'node:path'
import { build } from 'esbuild'
import type { Bench } from './bench.ts'
import { type Comparison, inTurn, pick } from './measure/comparison.ts'
import { type Installed, install } from './measure/fresh-workerd.ts'
import { type ScriptedSts, startScriptedSts, TOKEN } from './measure/scripted-sts.ts'
import { bundleByWrangler } from './measure/wrangler.ts'

/** How far away STS is, in milliseconds. */
const AWAY = 20

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
    const sts = await startScriptedSts(AWAY)
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
          goals: [
            { of: 'ours', against: 'raw', atMost: 1.05 },
            { of: 'ours, in chunks', against: 'raw', atMost: 1.05 },
          ],
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
      await Promise.all([sts.close(), ...Object.values(workers).map((worker) => worker.remove())])
    }
  },
}

function comparison(title: string): Omit<Comparison, 'samples' | 'goals'> {
  return { kind: 'comparison', title, unit: 'ms', against: ['raw'] }
}

async function installAll({ url }: ScriptedSts): Promise<Readonly<Record<string, Installed>>> {
  const bindings = {
    ENDPOINT: url,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  const single = async (code: string) => new Map([['index.js', await bundleByWrangler(code)]])
  const [ours, chunks, raw] = await Promise.all([
    single(workerOf('mint-ours.ts')),
    bundleInChunks(workerOf('mint-ours.ts')),
    single(workerOf('mint-raw.ts')),
  ])
  if (chunks.size < 2) throw new Error('There are no chunks')
  return {
    ours: await install(ours, bindings),
    'ours, in chunks': await install(chunks, bindings),
    raw: await install(raw, bindings),
  }
}

function workerOf(program: string): string {
  return `import { mint } from ${JSON.stringify(join(import.meta.dirname, 'programs', program))}
export default { fetch: async (request, env) => new Response((await mint(env)).length) }`
}

/** First the entry, and then what it loads. */
async function bundleInChunks(code: string): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    stdin: { contents: code, sourcefile: 'index.js', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    outdir: '/out',
    entryNames: 'index',
    chunkNames: '[hash]',
    write: false,
  })
  const named = outputFiles.map(({ path, text }) => [path.slice('/out/'.length), text] as const)
  return new Map(named.toSorted(([name]) => (name === 'index.js' ? -1 : 1)))
}

async function firstResponse(worker: Installed, sts: ScriptedSts): Promise<FirstResponse> {
  const before = sts.requests
  const { url, askedAt, listeningAt, cpuTime, stop } = await worker.start()
  try {
    const cpuBefore = cpuTime()
    const response = await fetch(url)
    const text = await response.text()
    const endedAt = performance.now()
    const cpu = cpuTime() - cpuBefore
    if (text !== String(TOKEN.length)) throw new Error(`It answered ${response.status}: ${text}`)
    if (sts.requests !== before + 1) throw new Error(`It asked STS ${sts.requests - before} times`)
    return { sinceAsked: endedAt - askedAt, sinceListening: endedAt - listeningAt, cpu }
  } finally {
    await stop()
  }
}
