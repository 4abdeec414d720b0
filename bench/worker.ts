// How many tokens that are kept the Worker of worker-example/ gives in a second, beside a Worker that answers a constant.

import { createHash, randomBytes } from 'node:crypto'
import { createEmulator } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { type Fleet, startFleet } from '../worker-example/demo/fleet.ts'
import type { Bench } from './bench.ts'
import { type Comparison, inTurn, pick } from './measure/comparison.ts'
import { type Answer, type Call, type Client, type Load, makeClient } from './measure/load.ts'

const AUDIENCE = 'https://api.example.com'
const BODY = JSON.stringify({ audience: AUDIENCE })

/** Where they are asked: the Worker, and the one that answers a constant. */
type Targets = readonly [ours: URL, theirs: URL]

export const bench: Bench = {
  about: `How many tokens that are kept the [token broker](worker.md) gives in a second, over HTTP by 16 connections, beside a Worker
in workerd that answers a constant of the same size. The policy, the secret's hash, the rate, the audit's line in the log
and its share of a batch for the ledger are in it. *At workerd itself* nothing else takes time; Miniflare and \`wrangler dev\`
put an entry in front.`,
  async run(quick) {
    const [rounds, requests] = quick ? [1, 64] : [9, 4000]
    const secret = randomBytes(32).toString('base64url')
    const emulator = createEmulator()
    const served = await serve(emulator)
    const fleet = await startFleet({
      policy: policyFor(secret),
      bindings: {
        AWS_ENDPOINT_URL_STS: served.url,
        AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
        SEALING_KEYS: randomBytes(32).toString('base64'),
      },
    })
    const client = makeClient()
    const direct = callOf(await fleet.origin(0), secret)
    const constant = await startConstant(await answerOf(client, direct), fleet)
    try {
      const ways = {
        'at workerd itself': [await fleet.origin(0), await constant.unsafeGetDirectURL('constant')],
        'behind the entry of Miniflare': [await fleet.url(), await constant.ready],
      } as const satisfies Record<string, Targets>
      const found: Comparison[] = []
      for (const [way, [ours, theirs]] of Object.entries(ways)) {
        const load = (origin: URL) => (): Promise<Load> => {
          const call = callOf(origin, secret)
          return client.load(requests, () => call, isToken)
        }
        const samples = await inTurn({ 'the Worker': load(ours), 'a constant': load(theirs) }, rounds)
        found.push(
          {
            kind: 'comparison',
            title: `Kept tokens, ${way}`,
            unit: 'a second',
            samples: pick(samples, ({ rate }) => rate),
            against: ['a constant'],
            goals: [{ of: 'the Worker', against: 'a constant', atLeast: 0.6 }],
          },
          {
            kind: 'comparison',
            title: `CPU time of workerd for each of them, ${way}`,
            unit: 'µs',
            samples: pick(samples, ({ cpu }) => cpu),
            against: ['a constant'],
            goals: [],
          },
        )
      }
      return found
    } finally {
      client.close()
      await Promise.all([fleet.close(), constant.dispose()])
      await served.close()
    }
  },
}

function policyFor(secret: string): object {
  const sha256 = createHash('sha256').update(secret).digest('hex')
  const caller = { name: 'bench', secrets: [{ sha256 }], audiences: [AUDIENCE], requestsPerMinute: 1e9 }
  return { callers: [caller] }
}

function callOf(origin: URL, secret: string): Call {
  return {
    url: new URL('/token', origin),
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: BODY,
  }
}

/** What the Worker answers, when it has minted. */
async function answerOf(client: Client, call: Call): Promise<string> {
  const answer = await client.ask(call)
  if (!isToken(answer)) throw new Error(`The Worker answered ${answer.status}: ${answer.text}`)
  return answer.text
}

function isToken({ status, text }: Answer): boolean {
  return status === 200 && text.includes('eyJ')
}

/** The constant, in a workerd of its own, whose CPU time is told apart from the Worker's. */
async function startConstant(
  text: string,
  { compatibilityDate, compatibilityFlags }: Fleet,
): Promise<Miniflare> {
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
