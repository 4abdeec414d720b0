// What a verification costs, beside jose, aws-jwt-verify and the bare signature check.

import { JwtVerifier } from 'aws-jwt-verify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { createVerifier } from '../src/verify/index.ts'
import type { Bench } from './bench.ts'
import { type Comparison, inTurn } from './measure/comparison.ts'
import { timed } from './measure/in-process.ts'
import { type Algorithm, AUDIENCE, createSigner, ISSUER } from './tokens.ts'

/** More than a verifier remembers, so that each is new to it when its turn comes again. */
const TOKENS = 2000

export const bench: Bench = {
  about: `The same tokens, each with the issuer, the audience and the algorithms pinned. *New* is another token at each call, of
2,000, which is more than a verifier remembers; *repeated* the same one again.`,
  run: async (quick) => [await compare('RS256', quick), await compare('ES384', quick)],
}

async function compare(algorithm: Algorithm, quick: boolean): Promise<Comparison> {
  const [rounds, turn] = quick ? [1, 10] : [21, 150]
  const calls = Object.entries(await contestantsFor(algorithm))
  const contestants = Object.fromEntries(calls.map(([name, call]) => [name, timed(call, { turn })]))
  return {
    kind: 'comparison',
    title: `Verify, ${algorithm}`,
    unit: 'µs',
    samples: await inTurn(contestants, rounds),
    against: ['jose, new', '`subtle.verify` alone'],
    goals: [
      { of: 'ours, new', against: 'jose, new', atMost: 1.05 },
      { of: 'ours, repeated', against: 'ours, new', atMost: 0.05 },
    ],
  }
}

/** Each verifies one token whenever it is called; `new` is another one each time. */
async function contestantsFor(algorithm: Algorithm): Promise<Record<string, () => Promise<unknown>>> {
  const { jwk, publicKey, parameters, mint } = await createSigner(algorithm)
  const jwks = { keys: [jwk] }
  const tokens = await Promise.all(Array.from({ length: TOKENS }, () => mint()))
  const [first = ''] = tokens
  // Each goes round all of them by itself: a token that comes again before the others did would be remembered.
  const eachOf = <Item>(items: readonly Item[], verify: (item: Item) => Promise<unknown>) => {
    let index = -1
    return () => {
      index = (index + 1) % items.length
      return verify(items[index] as Item) // within the list
    }
  }

  const pins = { audience: AUDIENCE, issuer: ISSUER } as const
  const verifier = createVerifier({ ...pins, jwks })
  const repeating = createVerifier({ ...pins, jwks })
  const forgetful = createVerifier({ ...pins, jwks, remember: 0 })
  const joseKeys = createLocalJWKSet(jwks)
  const josePins = { ...pins, algorithms: [algorithm] }
  const awsVerifier = JwtVerifier.create({ ...pins, jwksUri: `${ISSUER}/.well-known/jwks.json` })
  awsVerifier.cacheJwks(jwks)
  const parts = tokens.map((token) => {
    const end = token.lastIndexOf('.')
    return {
      input: new TextEncoder().encode(token.slice(0, end)),
      bytes: Buffer.from(token.slice(end + 1), 'base64url'),
    }
  })

  return {
    'ours, new': eachOf(tokens, (token) => verifier.verify(token)),
    'ours, repeated': () => repeating.verify(first),
    'ours, new, `remember: 0`': eachOf(tokens, (token) => forgetful.verify(token)),
    'jose, new': eachOf(tokens, (token) => jwtVerify(token, joseKeys, josePins)),
    'jose, repeated': () => jwtVerify(first, joseKeys, josePins),
    'aws-jwt-verify, new': eachOf(tokens, (token) => awsVerifier.verify(token)),
    'aws-jwt-verify, repeated': () => awsVerifier.verify(first),
    '`subtle.verify` alone': eachOf(parts, ({ input, bytes }) =>
      crypto.subtle.verify(parameters, publicKey, bytes, input),
    ),
  }
}
