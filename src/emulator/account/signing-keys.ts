// The check of signing keys that are given: what a private JWK must hold to sign as AWS does.

import * as v from 'valibot'
import { filled, text } from '../option-rules.ts'

const keyOperations = v.optional(
  v.pipe(
    v.array(v.string('must be a string'), 'must be an array'),
    v.check((operations) => operations.includes('sign'), 'must hold sign'),
  ),
)
const base64url = text(/^[\w-]+$/, 'must be a number in base64url: the key is private')
const coordinate = text(/^[\w-]{64}$/, 'must be 48 bytes in base64url: the key is private, on P-384')

// RFC 7518, section 6. WebCrypto wants all of these members, and says too late, and not which, that one is missing.
const keySchema = v.variant(
  'alg',
  [
    v.looseObject({
      kid: filled,
      alg: v.literal('RS256'),
      key_ops: keyOperations,
      kty: v.literal('RSA', 'must be RSA'),
      n: text(/^[\w-]{342,}$/, 'must be a modulus of at least 2048 bits, in base64url'),
      ...v.entriesFromList(['e', 'd', 'p', 'q', 'dp', 'dq', 'qi'], base64url),
    }),
    v.looseObject({
      kid: filled,
      alg: v.literal('ES384'),
      key_ops: keyOperations,
      kty: v.literal('EC', 'must be EC'),
      crv: v.literal('P-384', 'must be P-384'),
      ...v.entriesFromList(['x', 'y', 'd'], coordinate),
    }),
  ],
  (issue) => (issue.expected === 'Object' ? 'must be a private JWK' : 'must be RS256 or ES384'),
)

/** Private keys as JWKs, of which no two share a name. */
export const keysSchema = v.pipe(
  v.array(keySchema, 'must be an array of private JWKs'),
  v.check((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'must not share a kid'),
)
