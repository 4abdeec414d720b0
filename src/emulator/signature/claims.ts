// What a request says of its signature, from the header `Authorization` or the query string of a presigned URL, as it
// stands there. AWS's "Signature Version 4 for API requests", sections on authentication methods; the messages, and
// which comes first, are those of docs/emulator-fidelity.md.

import type { Pair } from '../protocol/form.ts'
import { incompleteSignature, missingAuthenticationToken } from './faults.ts'
import { sha256Base64 } from './hash.ts'

/** The parts of a signature, none of them checked but for being there. */
export interface Claims {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  /** When the request says it was signed. */
  readonly date: string
  readonly sessionToken: string | null
}

const algorithm = 'AWS4-HMAC-SHA256'

/** The claims of the header `Authorization`. */
export async function claimsOfHeader(headers: Headers, authorization: string): Promise<Claims> {
  // Any other scheme, such as Bearer, is none to AWS.
  if (!authorization.startsWith('AWS4-')) throw missingAuthenticationToken()
  // AWS parts the parameters at white space as well as at commas, with or without the other.
  const [name = '', ...parameters] = authorization.split(/[\s,]+/).filter((part) => part !== '')
  if (name.includes('=')) {
    throw incompleteSignature(
      'Authorization header must begin with the algorithm name, which cannot include an equal-sign.',
    )
  }
  if (name !== algorithm) throw incompleteSignature(`Unsupported AWS 'algorithm': '${name}'.`)
  if (parameters.some((parameter) => !parameter.includes('='))) {
    throw incompleteSignature(
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${await sha256Base64(authorization)}'.`,
    )
  }
  // Of a parameter that is repeated the last one counts; one that AWS does not know counts for nothing.
  const given = new Map(parameters.map(keyAndValue))
  const claims = {
    credential: given.get('Credential') ?? '',
    signature: given.get('Signature') ?? '',
    signedHeaders: given.get('SignedHeaders') ?? '',
    date: headers.get('x-amz-date') || headers.get('date') || '',
    sessionToken: headers.get('x-amz-security-token'),
  }
  const missing: string[] = []
  if (claims.credential === '') missing.push("Authorization header requires 'Credential' parameter.")
  if (claims.signature === '') missing.push("Authorization header requires 'Signature' parameter.")
  if (!given.has('SignedHeaders')) missing.push("Authorization header requires 'SignedHeaders' parameter.")
  if (claims.date === '') {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  }
  if (missing.length > 0) {
    throw incompleteSignature(
      `${missing.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${await sha256Base64(authorization)}`,
    )
  }
  return claims
}

/** The claims of a presigned URL. AWS's own limits of `X-Amz-Expires` are S3's: STS and IAM do not look at it. */
export function claimsOfQuery(pairs: readonly Pair[]): Claims {
  // Of a parameter that is repeated the first one counts.
  const value = (name: string) => pairs.find((pair) => pair[0] === name)?.[1]
  const name = value('X-Amz-Algorithm')
  if (name === undefined) throw missingAuthenticationToken()
  if (name !== '' && name !== algorithm) throw missingAuthenticationToken('Missing Authentication Token')
  const missing = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date']
    .filter((part) => !value(`X-Amz-${part}`))
    .map((part) => `AWS query-string parameters must include 'X-Amz-${part}'. `)
  if (missing.length > 0) {
    throw incompleteSignature(`${missing.join('')}Re-examine the query-string parameters.`)
  }
  return {
    credential: value('X-Amz-Credential') ?? '',
    signature: value('X-Amz-Signature') ?? '',
    signedHeaders: value('X-Amz-SignedHeaders') ?? '',
    date: value('X-Amz-Date') ?? '',
    sessionToken: value('X-Amz-Security-Token') ?? null,
  }
}

function keyAndValue(parameter: string): [key: string, value: string] {
  const equals = parameter.indexOf('=')
  return [parameter.slice(0, equals), parameter.slice(equals + 1)]
}
