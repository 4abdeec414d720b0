// How many tokens that are kept the Worker gives in a second, through workerd and HTTP, beside a Worker that answers a
// constant of the same size: `node bench/worker.ts`. In turn, in one run; the ratio is what to look at. `--quick` for a look.

import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import { createEmulator } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { startFleet } from '../worker-example/demo/fleet.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const [ROUNDS, REQUESTS] = values.quick ? [3, 1000] : [15, 6000]
const CONNECTIONS = 16
const AUDIENCE = 'https://api.example.com'
const BODY = JSON.stringify({ audience: AUDIENCE })

const secret = randomBytes(32).toString('base64url')
const emulator = createEmulator()
const served = await serve(emulator)
const fleet = await startFleet({
  policy: {
    callers: [
      {
        name: 'bench',
        secrets: [{ sha256: createHash('sha256').update(secret).digest('hex') }],
        audiences: [AUDIENCE],
        requestsPerMinute: 1e9,
      },
    ],
  },
  bindings: {
    AWS_ENDPOINT_URL_STS: served.url,
    AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
    SEALING_KEYS: randomBytes(32).toString('base64'),
  },
})
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
const url = await fleet.origin(0)
const constant = await startConstant((await post(new URL('/token', url))).text)

const ways = {
  'at workerd itself': [url, await constant.unsafeGetDirectURL('constant')],
  'through the entry that Miniflare and wrangler put in front': [await fleet.url(), await constant.ready],
} as const
console.log(
  '| kept tokens | the Worker, a second | a constant, a second | of it | CPU of workerd, µs each |\n| --- | ---: | ---: | ---: | ---: |',
)
for (const [way, targets] of Object.entries(ways)) {
  const [ours, theirs] = targets.map((target) => measure(new URL('/token', target)))
  if (ours === undefined || theirs === undefined) throw new Error('there are two of them')
  // The first of each warm up.
  await ours()
  await theirs()
  const rounds: (readonly [Measured, Measured])[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // Now this one first, now the other.
    const first = round % 2 === 0 ? await ours() : undefined
    const their = await theirs()
    rounds.push([first ?? (await ours()), their])
  }
  const ratios = rounds.map(([one, other]) => one.rate / other.rate).sort((a, b) => a - b)
  const rates = [0, 1].map((index) => Math.round(median(rounds.map((round) => round[index]?.rate ?? 0))))
  const cpu = [0, 1].map((index) => Math.round(median(rounds.map((round) => round[index]?.cpu ?? 0))))
  const range = `${median(ratios).toFixed(2)} (${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})`
  console.log(`| ${way} | ${rates.join(' | ')} | ${range} | ${cpu.join(' and ')} |`)
}

await Promise.all([fleet.close(), constant.dispose()])
await served.close()
agent.destroy()

/** Tokens a second, and what each took of workerd's CPU time, in µs. */
interface Measured {
  readonly rate: number
  readonly cpu: number
}

/** Has that many requests answered. */
function measure(target: URL): () => Promise<Measured> {
  // The process of this Worker is the one that works while it is asked.
  const used = () => new Map(workerds().map((pid) => [pid, cpuOf(pid)]))
  return async () => {
    const [before, began] = [used(), performance.now()]
    let left = REQUESTS
    const connection = async () => {
      while (left > 0) {
        left -= 1
        const { status } = await post(target)
        if (status !== 200) throw new Error(`${target} answered ${status}`)
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, connection))
    const seconds = (performance.now() - began) / 1000
    const cpu = Math.max(...[...used()].map(([pid, time]) => time - (before.get(pid) ?? time)))
    return { rate: REQUESTS / seconds, cpu: cpu / REQUESTS }
  }
}

async function startConstant(text: string): Promise<Miniflare> {
  const { compatibilityDate, compatibilityFlags } = fleet
  const script = `export default {
    async fetch(request) {
      await request.arrayBuffer()
      return new Response(${JSON.stringify(text)}, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })
    },
  }`
  return new Miniflare(
    convertV4MiniflareOptions({
      name: 'constant',
      modules: true,
      script,
      unsafeDirectSockets: [{}],
      compatibilityDate,
      compatibilityFlags: [...compatibilityFlags],
    }),
  )
}

function post(target: URL): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'content-length': BODY.length,
    }
    const sent = request(target, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end(BODY)
  })
}

/** The processes of workerd that this one started. */
function workerds(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const [, , , parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
      return (
        parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('workerd')
      )
    } catch {
      return false // it has ended meanwhile
    }
  })
}

/** The CPU time of a process in µs: `utime` and `stime` of proc(5), in hundredths of a second. */
function cpuOf(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10_000
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
