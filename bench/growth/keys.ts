// A verification against the number of keys that the issuer publishes, of which the last one fits, beside jose.

import { createLocalJWKSet, jwtVerify } from 'jose'
import { createVerifier } from '../../src/verify/index.ts'
import { type Growth, grow, type Point } from '../measure/growth.ts'
import { timed } from '../measure/in-process.ts'
import { AUDIENCE, createSigner, ISSUER } from '../tokens.ts'

const PINS = { audience: AUDIENCE, issuer: ISSUER } as const

export async function growthOfKeys(quick: boolean): Promise<Growth> {
  const [rounds, turn] = quick ? [1, 10] : [9, 50]
  const sizes = quick ? [1, 100] : [1, 2, 5, 10, 20, 50, 100]
  const { jwk, mint } = await createSigner('RS256')
  const token = await mint()
  const josePins = { ...PINS, algorithms: ['RS256'] }
  const keySet = (size: number) => ({
    keys: Array.from({ length: size }, (_, index) =>
      index === size - 1 ? jwk : { ...jwk, kid: `RSA_${index + 1}` },
    ),
  })
  const ours = (size: number) => {
    const verifier = createVerifier({ ...PINS, jwks: keySet(size), remember: 0 })
    return () => verifier.verify(token)
  }
  const jose = (size: number) => {
    const keys = createLocalJWKSet(keySet(size))
    return () => jwtVerify(token, keys, josePins)
  }
  const contestants: Record<string, (size: number) => () => Promise<unknown>> = {
    ours,
    jose,
    'ours, made anew': (size) => () => ours(size)(),
    'jose, made anew': (size) => () => jose(size)(),
  }
  const points: Point[] = []
  for (const [name, make] of Object.entries(contestants)) {
    points.push(...(await grow(name, sizes, rounds, (size) => timed(make(size), { turn })())))
  }
  return { kind: 'growth', title: 'Verify, by keys of the issuer', cause: 'keys', unit: 'µs', points }
}
