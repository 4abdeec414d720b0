// What `requireWebIdentity` takes of what a Worker can answer, beside the same handler without it.

import { StsClient } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import type { Bench } from './bench.ts'
import { bundleInChunks } from './measure/bundle.ts'
import { inTurn, pick } from './measure/comparison.ts'
import { type Call, type Client, type Load, makeClient } from './measure/load.ts'
import { COMPATIBILITY_DATE } from './measure/wrangler.ts'

const AUDIENCE = 'https://api.example.com'
const ANSWER = 'Hello'
/** Twice what a verifier remembers, so that each is new to it when its turn comes again. */
const TOKENS = 2000

export const bench: Bench = {
  about: `A handler that answers a constant in workerd, asked over HTTP by 16 connections, each request with a token: without a guard,
and behind \`requireWebIdentity\`, where all bring the same token, and where each brings another, of 2,000, which is more
than a verifier remembers.`,
  async run(quick) {
    const [rounds, requests, tokens] = quick ? [1, 500, 50] : [25, 3000, TOKENS]
    const emulator = createEmulator()
    const served = await serve(emulator)
    const workers = await startWorkers(emulator.issuer)
    const client = makeClient()
    try {
      const sts = new StsClient({
        region: 'us-east-1',
        credentials: emulator.credentials,
        endpoint: served.url,
      })
      const [es384, rs256] = [await mint(sts, 'ES384', tokens), await mint(sts, 'RS256', tokens)]
      const [guarded, unguarded] = [await urlOf(workers, 'guarded'), await urlOf(workers, 'unguarded')]
      await checkGuard(client, guarded)
      const one = es384.slice(0, 1)
      const samples = await inTurn(
        {
          unguarded: loadWith(client, unguarded, one, requests),
          'guarded, the same token': loadWith(client, guarded, one, requests),
          // Fewer, because they take longer.
          'guarded, new tokens, ES384': loadWith(client, guarded, es384, requests / 4),
          'guarded, new tokens, RS256': loadWith(client, guarded, rs256, requests / 4),
        },
        rounds,
      )
      return [
        {
          kind: 'comparison',
          title: 'Requests to a guarded handler in workerd',
          unit: 'a second',
          samples: pick(samples, ({ rate }) => rate),
          against: ['unguarded'],
          goals: [{ of: 'guarded, the same token', against: 'unguarded', atLeast: 0.85 }],
        },
        {
          kind: 'comparison',
          title: 'CPU time of workerd for each of them',
          unit: 'µs',
          samples: pick(samples, ({ cpu }) => cpu),
          against: ['unguarded'],
          goals: [],
        },
      ]
    } finally {
      client.close()
      await workers.dispose()
      await served.close()
    }
  },
}

/** Both in one process, each in an isolate of its own. */
async function startWorkers(issuer: string): Promise<Miniflare> {
  const pins = JSON.stringify({ audience: AUDIENCE, issuer })
  const code = `import { createVerifier, requireWebIdentity } from 'aws-web-identity/verify'
    const verifier = createVerifier(${pins})
    export default { fetch: requireWebIdentity(verifier, () => new Response('${ANSWER}')) }`
  const [guarded = '', ...others] = (await bundleInChunks(code, import.meta.dirname, 'workerd')).values()
  if (others.length > 0) throw new Error('The guard loads something on demand')
  const scripts = {
    guarded,
    unguarded: `export default { fetch: () => new Response('${ANSWER}') }`,
  }
  return new Miniflare(
    convertV4MiniflareOptions({
      workers: Object.entries(scripts).map(([name, script]) => ({
        name,
        modules: true,
        script,
        compatibilityDate: COMPATIBILITY_DATE,
        unsafeDirectSockets: [{}],
      })),
    }),
  )
}

/** At workerd itself, without what Miniflare puts in front. */
async function urlOf(workers: Miniflare, name: string): Promise<URL> {
  await workers.ready
  return workers.unsafeGetDirectURL(name)
}

async function mint(sts: StsClient, signingAlgorithm: 'ES384' | 'RS256', count: number): Promise<string[]> {
  const one = async () => {
    const { webIdentityToken } = await sts.getWebIdentityToken({
      audience: [AUDIENCE],
      signingAlgorithm,
      durationSeconds: 3600,
    })
    return webIdentityToken
  }
  const tokens: string[] = []
  while (tokens.length < count) {
    tokens.push(...(await Promise.all(Array.from({ length: Math.min(16, count - tokens.length) }, one))))
  }
  return tokens
}

/** A guard that lets everybody through would be fast. */
async function checkGuard(client: Client, url: URL): Promise<void> {
  const { status } = await client.ask({ url })
  if (status !== 401) throw new Error(`Without a token the guard answered ${status}`)
}

function loadWith(
  client: Client,
  url: URL,
  tokens: readonly string[],
  requests: number,
): () => Promise<Load> {
  let turn = 0
  const next = (): Call => {
    turn = (turn + 1) % tokens.length
    return { url, headers: { authorization: `Bearer ${tokens[turn]}` } }
  }
  return () => client.load(requests, next, ({ status, text }) => status === 200 && text === ANSWER)
}
