// Token sources for many audiences: what they cost to make, and what a token costs that one of them keeps.

import { createTokenSources, type TokenSources } from '../../src/index.ts'
import { type Growth, grow } from '../measure/growth.ts'
import { timed } from '../measure/in-process.ts'

const LIFETIME = 3_600_000
/** Coprime to all sizes: neighbours do not follow each other. */
const STRIDE = 7919

const sts = {
  now: () => Date.now(),
  async getWebIdentityToken({ audience }: { readonly audience: readonly string[] }) {
    return { webIdentityToken: `token for ${audience[0]}`, expiration: new Date(Date.now() + LIFETIME) }
  },
}

export async function growthsOfAudiences(quick: boolean): Promise<Growth[]> {
  const sizes = quick ? [1, 1000] : [1, 10, 100, 1000, 10_000, 100_000]
  return [await growthOfKept(sizes, quick), await growthOfMaking(sizes, quick)]
}

function audiencesOf(size: number): string[] {
  return Array.from({ length: size }, (_, index) => `https://api-${index}.example.com`)
}

function makeSources(audiences: readonly string[]): TokenSources {
  return createTokenSources({
    sts,
    audiences,
    maxSources: audiences.length,
    signingAlgorithm: 'ES384',
    durationSeconds: LIFETIME / 1000,
  })
}

async function growthOfKept(sizes: readonly number[], quick: boolean): Promise<Growth> {
  const calls = new Map<number, () => Promise<void>>()
  for (const size of sizes) calls.set(size, await askingInTurn(size))
  const points = await grow('ours', sizes, quick ? 1 : 9, async (size) => {
    const call = calls.get(size)
    if (call === undefined) throw new Error(`No sources for ${size}`)
    return timed(call, { turn: quick ? 10 : 150, calls: 1000 })()
  })
  return {
    kind: 'growth',
    title: 'A token that is kept, by audiences',
    cause: 'audiences',
    unit: 'µs',
    points,
  }
}

/** Asks for the token of another audience at each call; all of them are there. */
async function askingInTurn(size: number): Promise<() => Promise<void>> {
  const audiences = audiencesOf(size)
  const sources = makeSources(audiences)
  for (const audience of audiences) {
    const token = await sources.sourceFor({ audience }).getToken()
    if (token !== `token for ${audience}`) throw new Error('The token of another audience came')
  }
  let turn = 0
  return async () => {
    turn = (turn + STRIDE) % size
    const audience = audiences[turn] ?? ''
    const token = await sources.sourceFor({ audience }).getToken()
    if (!token.endsWith(audience)) throw new Error('The token of another audience came')
  }
}

async function growthOfMaking(sizes: readonly number[], quick: boolean): Promise<Growth> {
  const [rounds, turn] = quick ? [1, 10] : [7, 100]
  const points = await grow('ours', sizes, rounds, (size) => {
    const audiences = audiencesOf(size)
    return timed(() => makeSources(audiences), { turn })()
  })
  return {
    kind: 'growth',
    title: 'Making token sources, by audiences',
    cause: 'audiences',
    unit: 'µs',
    points,
  }
}
