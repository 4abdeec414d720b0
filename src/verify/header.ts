// What the header may say, which is next to nothing: the algorithm out of our list, and the key's name.
// RFC 7515 section 4, RFC 8725 sections 3.1 and 3.10.

import { VerificationError } from '../errors.ts'
import { type JsonObject, own } from './json.ts'
import { quoted } from './quoted.ts'

/** The algorithms in which AWS signs. */
export type SigningAlgorithm = 'RS256' | 'ES384'

export const SIGNING_ALGORITHMS: readonly SigningAlgorithm[] = ['RS256', 'ES384']

/** As WebCrypto names them, for the import of a key and for a signature: RFC 7518 sections 3.3 and 3.4. */
export const PARAMETERS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
} as const

/** Which key must have signed, and how. */
export interface TokenHeader {
  readonly algorithm: SigningAlgorithm
  readonly kid: string
}

// Each would have the token say by which key, or by which rules, it is to be verified.
const REFUSED = ['crit', 'b64', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'enc']

/** @throws {VerificationError} `algorithm` or `header` */
export function readHeader(header: JsonObject, accepted: readonly SigningAlgorithm[]): TokenHeader {
  const named = own(header, 'alg')
  const algorithm = accepted.find((each) => each === named)
  if (algorithm === undefined) {
    const actual = typeof named === 'string' ? quoted(named) : 'no algorithm'
    throw new VerificationError('algorithm', `Signed by ${actual}, accepted is ${accepted.join(' or ')}`, {
      expected: accepted,
    })
  }
  const refused = REFUSED.find((name) => Object.hasOwn(header, name))
  if (refused !== undefined) throw wrong(`has the member "${refused}", which is never followed`)
  if (Object.hasOwn(header, 'typ') && header['typ'] !== 'JWT') throw wrong('has a "typ" other than "JWT"')
  const kid = own(header, 'kid')
  if (typeof kid !== 'string' || kid === '') throw wrong('names no key ("kid")')
  return { algorithm, kid }
}

function wrong(reason: string): VerificationError {
  return new VerificationError('header', `The token's header ${reason}`)
}
