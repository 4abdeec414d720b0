// What a token source costs: a token that is kept, ten thousand callers at once, and the memory of a source that waits.

import { memoize } from '@smithy/property-provider'
import { createTokenSource, type TokenSource } from '../src/index.ts'
import type { Bench } from './bench.ts'
import { type Comparison, inTurn } from './measure/comparison.ts'
import { timed } from './measure/in-process.ts'
import { allocatedBy, keptBy } from './measure/memory.ts'

const LIFETIME = 3_600_000
/** As long as one that AWS mints. */
const SIGNATURE = 's'.repeat(900)
const CALLERS = 10_000

export const bench: Bench = {
  about: `A source beside a cache that one writes by hand and \`memoize\`, with which the AWS SDK keeps credentials. All are given the same
client, which mints at once. Bytes are what the heap grows by; a promise alone takes 48.`,
  async run(quick) {
    return [
      await compareTime(quick),
      await compareAllocation(quick),
      ...(await compareColdCallers(quick)),
      await compareMemory(quick),
    ]
  },
}

interface Token {
  readonly webIdentityToken: string
  readonly expiration: Date
}

type GetToken = () => Promise<string>

let mints = 0

const sts = {
  now: () => Date.now(),
  async getWebIdentityToken(): Promise<Token> {
    mints += 1
    // Each token is a string of its own, as the bytes of a reply are.
    const webIdentityToken = Buffer.from(`header.${mints}.${SIGNATURE}`).toString('latin1')
    return { webIdentityToken, expiration: new Date(Date.now() + LIFETIME) }
  },
}

const makers: Readonly<Record<string, () => GetToken>> = {
  '`getToken()`': () => makeSource().getToken,
  'by hand': makeByHand,
  '`memoize` of the AWS SDK': makeMemoized,
}

function makeSource(): TokenSource {
  return createTokenSource({
    sts,
    audience: 'https://api.example.com',
    signingAlgorithm: 'ES384',
    durationSeconds: LIFETIME / 1000,
  })
}

/** What people write: one promise, kept until shortly before its end. */
function makeByHand(): GetToken {
  let token: Promise<Token> | undefined
  let staleAt = 0
  return async () => {
    if (token === undefined || Date.now() >= staleAt) {
      staleAt = Number.POSITIVE_INFINITY
      token = sts.getWebIdentityToken()
      staleAt = (await token).expiration.getTime() - 60_000
    }
    return (await token).webIdentityToken
  }
}

/** What the AWS SDK keeps credentials with. */
function makeMemoized(): GetToken {
  const provide = memoize(
    () => sts.getWebIdentityToken(),
    ({ expiration }) => expiration.getTime() - Date.now() < 60_000,
    () => true,
  )
  return async () => (await provide()).webIdentityToken
}

/** Each has its token. */
async function warm(): Promise<Record<string, GetToken>> {
  const calls: Record<string, GetToken> = {}
  for (const [name, make] of Object.entries(makers)) {
    const call = make()
    const text = await call()
    if ((await call()) !== text) throw new Error(`${name} does not keep its token`)
    calls[name] = call
  }
  return { ...calls, '`Promise.resolve(text)`': () => Promise.resolve(SIGNATURE) }
}

async function compareTime(quick: boolean): Promise<Comparison> {
  const [rounds, turn] = quick ? [1, 10] : [21, 100]
  const contestants = Object.entries(await warm()).map(([name, call]) => [
    name,
    timed(call, { turn, calls: 1000 }),
  ])
  return {
    kind: 'comparison',
    title: 'A token that is kept',
    unit: 'µs',
    samples: await inTurn(Object.fromEntries(contestants), rounds),
    against: ['by hand', '`Promise.resolve(text)`'],
    goals: [{ of: '`getToken()`', atMost: 2 }],
  }
}

async function compareAllocation(quick: boolean): Promise<Comparison> {
  const [rounds, calls] = quick ? [1, 5000] : [9, 50_000]
  const contestants = Object.entries(await warm()).map(([name, call]) => [
    name,
    () => allocatedBy(call, calls),
  ])
  return {
    kind: 'comparison',
    title: 'A token that is kept: allocated for a call',
    unit: 'bytes',
    samples: await inTurn(Object.fromEntries(contestants), rounds),
    against: ['by hand'],
    goals: [{ of: '`getToken()`', atMost: 64 }],
  }
}

async function compareColdCallers(quick: boolean): Promise<Comparison[]> {
  const counts: Record<string, readonly number[]> = {}
  const contestants = Object.entries(makers).map(([name, make]) => {
    const measure = async () => {
      const call = make()
      const before = mints
      const began = performance.now()
      const texts = await Promise.all(Array.from({ length: CALLERS }, () => call()))
      const took = performance.now() - began
      if (new Set(texts).size !== 1) throw new Error(`${name} gave several tokens`)
      counts[name] = [Math.max(counts[name]?.[0] ?? 0, mints - before)]
      return took
    }
    return [name, measure] as const
  })
  const title = '10,000 callers at once, no token yet'
  const samples = await inTurn(Object.fromEntries(contestants), quick ? 1 : 11)
  return [
    {
      kind: 'comparison',
      title: `${title}: mints`,
      unit: 'mints',
      samples: counts,
      against: [],
      goals: [{ of: '`getToken()`', atMost: 1 }],
    },
    { kind: 'comparison', title, unit: 'ms', samples, against: ['by hand'], goals: [] },
  ]
}

async function compareMemory(quick: boolean): Promise<Comparison> {
  const [rounds, times] = quick ? [1, 500] : [3, 5000]
  const made: Readonly<Record<string, () => Promise<unknown>>> = {
    'a source with its token': async () => {
      const source = makeSource()
      await source.getToken()
      return source
    },
    'of it the token': async () => (await sts.getWebIdentityToken()).webIdentityToken,
    'a source before its first token': async () => makeSource(),
    'by hand, with its token': async () => {
      const getToken = makeByHand()
      await getToken()
      return getToken
    },
  }
  const contestants = Object.entries(made).map(([name, make]) => [name, () => keptBy(make, times)])
  return {
    kind: 'comparison',
    title: 'Memory of a source',
    unit: 'bytes',
    samples: await inTurn(Object.fromEntries(contestants), rounds),
    against: [],
    goals: [{ of: 'a source with its token', atMost: 2048 }],
  }
}
