// Wycheproof's JWS vectors: 233 of them are for RS256, and must come out as Wycheproof says; every other algorithm
// must be refused. Their payload is `foo`, so the verifier as a whole refuses all of them, and the layers that
// decide about header, key and signature are put together here as the verifier does it.

import { describe, expect, test } from 'vitest'
import { isCanonicalBase64url } from '../../src/verify/compact.ts'
import { readHeader, SIGNING_ALGORITHMS } from '../../src/verify/header.ts'
import { createVerifier, VerificationError } from '../../src/verify/index.ts'
import { isJsonObject, parseStrictJson } from '../../src/verify/json.ts'
import { KeySet } from '../../src/verify/key-set.ts'
import { checkSignature } from '../../src/verify/signature.ts'
import wycheproof from '../vectors/wycheproof-jws.json' with { type: 'json' }
import { decodeBytes } from './attack-table.ts'

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly jws: string | object
  readonly result: string
}
interface Group {
  readonly comment: string
  readonly public?: object
  readonly private: object
  readonly tests: readonly Vector[]
}
// TypeScript sees a union of as many shapes as there are groups; each has these members.
const groups = wycheproof.suite.testGroups as unknown as readonly Group[]

const keyOf = (group: Group): Record<string, unknown> => ({ ...(group.public ?? group.private) })
const isRs256 = (group: Group): boolean => keyOf(group)['alg'] === 'RS256'
const rs256 = groups.filter(isRs256)

/** Header, key and signature as the verifier takes them; `true`, or a VerificationError. */
async function verifySignature(jws: unknown, jwk: object): Promise<true> {
  if (typeof jws !== 'string') throw new VerificationError('malformed', 'no text')
  const parts = jws.split('.')
  if (parts.length !== 3 || !parts.every(isCanonicalBase64url))
    throw new VerificationError('malformed', 'no JWS')
  const json = parseStrictJson(new TextDecoder().decode(decodeBytes(parts[0] ?? '')))
  if (!isJsonObject(json)) throw new VerificationError('malformed', 'no header')
  const header = readHeader(json, SIGNING_ALGORITHMS)
  const key = await new KeySet([jwk]).keyFor(header)
  await checkSignature(jws, header.algorithm, key)
  return true
}

test('the vectors for RS256 are 233, and no group is overlooked', () => {
  expect(rs256.flatMap(({ tests }) => tests)).toHaveLength(233)
  expect(groups.flatMap(({ tests }) => tests)).toHaveLength(wycheproof.suite.numberOfTests)
})

/** Valid for Wycheproof, and refused here for a reason of ours. */
const stricter = new Map<number, string>([[259, 'a JWS without a payload, which is no JWT']])

describe.each(rs256.map((group, index) => [`${group.comment}, group ${index}`, group] as const))(
  '%s',
  (_, group) => {
    test.each(group.tests.map((vector) => [`${vector.tcId} ${vector.comment}`, vector] as const))(
      '%s',
      async (_, vector) => {
        const outcome = verifySignature(vector.jws, keyOf(group))
        if (vector.result === 'valid' && !stricter.has(vector.tcId)) expect(await outcome).toBe(true)
        else await expect(outcome).rejects.toThrow(VerificationError)
      },
    )
  },
)

describe('every other algorithm or use is refused, valid or not', () => {
  const others = groups.filter((group) => !isRs256(group))
  test.each(others.map((group, index) => [`${group.comment}, group ${index}`, group] as const))(
    '%s',
    async (_, group) => {
      for (const { tcId, jws } of group.tests) {
        const outcome = await verifySignature(jws, keyOf(group)).catch((error: unknown) => error)
        expect([tcId, outcome]).toEqual([tcId, expect.any(VerificationError)])
      }
    },
  )
})

test('the verifier as a whole refuses each of the 401 with a VerificationError', async () => {
  const issuer = 'https://a.tokens.sts.global.api.aws'
  for (const group of groups) {
    const jwks = { keys: [keyOf(group)] }
    const verifier = createVerifier({ audience: 'x', issuer, jwks })
    for (const { tcId, jws } of group.tests) {
      // One of the vectors' forms is an object.
      const outcome = await verifier.verify(jws as string).catch((error: unknown) => error)
      expect([tcId, outcome]).toEqual([tcId, expect.any(VerificationError)])
    }
  }
})
