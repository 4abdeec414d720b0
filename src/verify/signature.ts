// Whether the issuer's key signed a token: RFC 7515 section 5.2, by WebCrypto itself. jose's `compactVerify` would
// decode and parse header and payload once more, which costs as much as everything else here but the signature.

import { base64url } from 'jose'
import { VerificationError } from '../errors.ts'
import type { SigningAlgorithm } from './header.ts'
import type { VerificationKey } from './jwk.ts'

// RFC 7518 sections 3.3 and 3.4.
const PARAMETERS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
} as const

const encoder = new TextEncoder()

/**
 * @param token whose form was checked
 * @throws {VerificationError} `signature`
 */
export async function checkSignature(
  token: string,
  algorithm: SigningAlgorithm,
  { cryptoKey }: VerificationKey,
): Promise<void> {
  const end = token.lastIndexOf('.')
  const signed = encoder.encode(token.slice(0, end))
  const signature = new Uint8Array(base64url.decode(token.slice(end + 1)))
  if (await isGood(PARAMETERS[algorithm], cryptoKey, signature, signed)) return
  throw new VerificationError('signature', `The signature is not that of the issuer's key over this token`)
}

// A platform may refuse a signature of another length by an exception.
async function isGood(...parts: Parameters<SubtleCrypto['verify']>): Promise<boolean> {
  try {
    return await crypto.subtle.verify(...parts)
  } catch {
    return false
  }
}
