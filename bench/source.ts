// What a token source costs: a token that is kept, ten thousand callers at once, and the memory of a source that waits.
// `node --expose-gc bench/source.ts`; see README.md here.

import { memoize } from '@smithy/property-provider'
import { Bench } from 'tinybench'
import { createTokenSource, type TokenSource } from '../src/index.ts'

const LIFETIME = 3_600_000
/** As long as one that AWS mints. */
const SIGNATURE = 's'.repeat(900)
const CALLERS = 10_000
const SOURCES = 10_000
const CALLS = 50_000
const ROUNDS = 9

interface Token {
  readonly webIdentityToken: string
  readonly expiration: Date
}

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

function makeSource(): TokenSource {
  return createTokenSource({
    sts,
    audience: 'https://api.example.com',
    signingAlgorithm: 'ES384',
    durationSeconds: LIFETIME / 1000,
  })
}

/** What people write: one promise, kept until shortly before its end. */
function makeByHand(): () => Promise<string> {
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
function makeMemoized(): () => Promise<string> {
  const provide = memoize(
    () => sts.getWebIdentityToken(),
    ({ expiration }) => expiration.getTime() - Date.now() < 60_000,
    () => true,
  )
  return async () => (await provide()).webIdentityToken
}

const source = makeSource()
const text = await source.getToken()
const contestants: Record<string, () => Promise<string>> = {
  '`getToken()`': source.getToken,
  'by hand': makeByHand(),
  '`memoize` of the AWS SDK': makeMemoized(),
  '`Promise.resolve(text)`': () => Promise.resolve(text),
}
const { gc } = globalThis
if (gc === undefined) throw new Error('Run it with node --expose-gc')

console.log('| a token that is kept | median, µs | allocated for a call, bytes |\n| --- | ---: | ---: |')
const times = await timesOf(contestants)
for (const [name, call] of Object.entries(contestants)) {
  const time = ((times.get(name) ?? Number.NaN) * 1000).toFixed(2)
  console.log(`| ${name} | ${time} | ${allocatedBy(call).toFixed(0)} |`)
}

console.log('\n| 10,000 callers at once, no token yet | mints | ms |\n| --- | ---: | ---: |')
const cold: Record<string, () => () => Promise<string>> = {
  '`getToken()`': () => makeSource().getToken,
  'by hand': makeByHand,
  '`memoize` of the AWS SDK': makeMemoized,
}
for (const [name, make] of Object.entries(cold)) {
  const rounds = []
  let minted = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const call = make()
    const before = mints
    const began = performance.now()
    await Promise.all(Array.from({ length: CALLERS }, () => call()))
    rounds.push(performance.now() - began)
    minted = Math.max(minted, mints - before)
  }
  console.log(`| ${name} | ${minted} | ${median(rounds).toFixed(1)} |`)
}

console.log('\n| memory of a source that has its token | bytes |\n| --- | ---: |')
console.log(`| a source | ${await memoryOf(async () => await kept(makeSource()))} |`)
console.log(
  `| of it the token | ${await memoryOf(async () => (await sts.getWebIdentityToken()).webIdentityToken)} |`,
)
console.log(`| before its first token | ${await memoryOf(async () => makeSource())} |`)

async function kept(one: TokenSource): Promise<TokenSource> {
  await one.getToken()
  return one
}

async function timesOf(all: Record<string, () => Promise<string>>): Promise<Map<string, number>> {
  const rounds = new Map<string, number[]>()
  const entries = Object.entries(all)
  for (let round = 0; round < ROUNDS; round += 1) {
    // A call is shorter than the clock can tell: a thousand in a row, each waited for.
    const bench = new Bench({ time: 150, warmup: round === 0, throws: true })
    const start = round % entries.length
    for (const [name, call] of [...entries.slice(start), ...entries.slice(0, start)]) {
      bench.add(name, async () => {
        for (let index = 0; index < 1000; index += 1) await call()
      })
    }
    for (const { name, result } of await bench.run()) {
      if (!('latency' in result)) throw new Error(`${name} was not measured`)
      const before = rounds.get(name) ?? []
      rounds.set(name, [...before, result.latency.p50 / 1000])
    }
  }
  return new Map([...rounds].map(([name, values]) => [name, median(values)]))
}

// Promises that nobody waits for, in a row without a turn between them: what the heap has grown by is theirs.
function allocatedBy(call: () => Promise<string>): number {
  const rounds = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = new Array<unknown>(CALLS).fill(undefined)
    gc?.()
    const before = process.memoryUsage().heapUsed
    for (let index = 0; index < all.length; index += 1) all[index] = call()
    rounds.push((process.memoryUsage().heapUsed - before) / all.length)
  }
  return median(rounds)
}

async function memoryOf(make: () => Promise<unknown>): Promise<number> {
  const all: unknown[] = new Array(SOURCES).fill(undefined)
  await make()
  gc?.()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < SOURCES; index += 1) all[index] = await make()
  gc?.()
  const grown = process.memoryUsage().heapUsed - before
  if (all.length !== SOURCES) throw new Error('They were collected')
  return Math.round(grown / SOURCES)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
