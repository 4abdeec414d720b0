// What the emulator does a second beside the signature that it can't do without, and that its memory stays flat.

import { AwsV4Signer } from 'aws4fetch'
import { createEmulator, type Emulator } from '../src/emulator/index.ts'
import type { Bench } from './bench.ts'
import { type Comparison, inTurn } from './measure/comparison.ts'
import { timed } from './measure/in-process.ts'
import { heapAtRest } from './measure/memory.ts'
import { type Algorithm, createSigner } from './tokens.ts'

const ROLE = 'arn:aws:iam::123456789012:role/worker'
const AT_ONCE = 16
/** In bytes. The log of requests and the collector's mood are in it. */
const MOST_GROWTH = 4 * 2 ** 20

export const bench: Bench = {
  about: `Requests to \`emulator.fetch\`, signed once and sent again and again, beside a bare \`crypto.subtle.sign\` of as many bytes. *One
at a time* no two threads work at once, which is as much as one core can do; *16 at a time* takes all cores.`,
  async run(quick) {
    const emulator = createEmulator({
      principals: [
        {
          arn: 'arn:aws:iam::123456789012:user/developer',
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          secretAccessKey: 's',
        },
        { arn: ROLE },
      ],
    })
    // First, before the others leave something behind that is collected meanwhile.
    const memory = await heapGrowth(emulator, quick)
    return [
      await compareMints(emulator, 'ES384', quick),
      await compareMints(emulator, 'RS256', quick),
      await compareOthers(emulator, quick),
      await firstToken(quick),
      memory,
    ]
  },
}

/** Sends the same request whenever it is called, and gives the text of the reply. */
type Ask = () => Promise<string>

async function asking(emulator: Emulator, parameters: Record<string, string>): Promise<Ask> {
  const body = String(new URLSearchParams({ Version: '2011-06-15', ...parameters }))
  const signer = new AwsV4Signer({
    method: 'POST',
    url: `${emulator.endpoint}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    ...emulator.credentials,
    service: 'sts',
    region: 'us-east-1',
  })
  const { url, headers } = await signer.sign()
  return async () => {
    const response = await emulator.fetch(new Request(url, { method: 'POST', headers, body }))
    const text = await response.text()
    if (response.status !== 200) throw new Error(`The emulator answered ${response.status}: ${text}`)
    return text
  }
}

async function minting(emulator: Emulator, algorithm: Algorithm): Promise<Ask> {
  const mint = await asking(emulator, {
    Action: 'GetWebIdentityToken',
    'Audience.member.1': 'https://api.example.com',
    SigningAlgorithm: algorithm,
  })
  const [header = ''] = /(?<=<WebIdentityToken>)[\w-]+/.exec(await mint()) ?? []
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString() || '{}')
  if (alg !== algorithm) throw new Error(`The emulator signed with ${alg}`)
  return mint
}

async function compareMints(emulator: Emulator, algorithm: Algorithm, quick: boolean): Promise<Comparison> {
  const [rounds, turn] = quick ? [1, 20] : [15, 150]
  const mint = await minting(emulator, algorithm)
  const { sign } = await createSigner(algorithm)
  const claims = new Uint8Array(500)
  const floor = () => sign(claims)
  const several = (call: () => Promise<unknown>) => () =>
    Promise.all(Array.from({ length: AT_ONCE }, () => call()))
  const [ours, bare] = ['`GetWebIdentityToken`', '`subtle.sign` alone']
  const contestants = {
    [`${ours}, one at a time`]: aSecond(mint, turn),
    [`${bare}, one at a time`]: aSecond(floor, turn),
    [`${ours}, 16 at a time`]: aSecond(several(mint), turn, AT_ONCE),
    [`${bare}, 16 at a time`]: aSecond(several(floor), turn, AT_ONCE),
  }
  return {
    kind: 'comparison',
    title: `The emulator, ${algorithm}`,
    unit: 'a second',
    samples: await inTurn(contestants, rounds),
    against: [`${bare}, one at a time`, `${bare}, 16 at a time`],
    goals: [
      { of: `${ours}, one at a time`, against: `${bare}, one at a time`, atLeast: 0.7 },
      ...(algorithm === 'ES384' ? [{ of: `${ours}, one at a time`, atLeast: 1000 }] : []),
    ],
  }
}

function aSecond(call: () => unknown, turn: number, atOnce = 1): () => Promise<number> {
  const measure = timed(call, { turn, figure: 'mean' })
  return async () => (atOnce * 1e6) / (await measure())
}

async function compareOthers(emulator: Emulator, quick: boolean): Promise<Comparison> {
  const [rounds, turn] = quick ? [1, 20] : [15, 150]
  const { whoAmI, assume } = await withoutToken(emulator)
  const contestants = {
    'GetCallerIdentity: all but the token': timed(whoAmI, { turn }),
    AssumeRole: timed(assume, { turn }),
  }
  return {
    kind: 'comparison',
    title: 'The emulator, other requests',
    unit: 'µs',
    samples: await inTurn(contestants, rounds),
    against: [],
    goals: [],
  }
}

async function withoutToken(emulator: Emulator): Promise<{ whoAmI: Ask; assume: Ask }> {
  return {
    whoAmI: await asking(emulator, { Action: 'GetCallerIdentity' }),
    assume: await asking(emulator, { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'session' }),
  }
}

async function firstToken(quick: boolean): Promise<Comparison> {
  const measure = async () => {
    const emulator = createEmulator()
    const began = performance.now()
    await minting(emulator, 'ES384')
    return performance.now() - began
  }
  return {
    kind: 'comparison',
    title: 'The first token of a new emulator, ES384, in a process that is warm',
    unit: 'ms',
    samples: await inTurn({ 'signed request, key and token': measure }, quick ? 2 : 21),
    against: [],
    goals: [{ of: 'signed request, key and token', atMost: 5 }],
  }
}

async function heapGrowth(emulator: Emulator, quick: boolean): Promise<Comparison> {
  const [rounds, requests] = quick ? [1, 1000] : [3, 10_000]
  const { whoAmI, assume } = await withoutToken(emulator)
  const ask = async (times: number) => {
    for (let call = 0; call < times; call += 1) await (call % 2 === 0 ? whoAmI : assume)()
  }
  // Fills the log of requests first, which holds the last thousand, and has the code compiled.
  await ask(quick ? 1100 : 10_000)
  const grown: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await heapAtRest()
    await ask(requests)
    grown.push(Math.round(((await heapAtRest()) - before) / 1024))
  }
  return {
    kind: 'comparison',
    title: `The emulator's memory after ${requests.toLocaleString('en')} more requests`,
    unit: 'KiB',
    samples: { 'the heap has grown by': grown },
    against: [],
    goals: [{ of: 'the heap has grown by', atMost: MOST_GROWTH / 1024 }],
  }
}
