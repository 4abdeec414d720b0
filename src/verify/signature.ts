// Whether the issuer's key signed a token: RFC 7515 section 5.2, by WebCrypto itself. jose's `compactVerify` would
// decode and parse header and payload once more, which costs as much as everything else here but the signature.

import { base64url } from 'jose'
import { VerificationError } from '../errors.ts'
import { PARAMETERS, type SigningAlgorithm } from './header.ts'
import type { VerificationKey } from './jwk.ts'

const encoder = new TextEncoder()

/**
 * @param token whose form was checked
 * @throws {VerificationError} `signature`
 */
export async function checkSignature(
  token: string,
  algorithm: SigningAlgorithm,
  { cryptoKey, modulus }: VerificationKey,
): Promise<void> {
  const end = token.lastIndexOf('.')
  const signed = encoder.encode(token.slice(0, end))
  const signature = new Uint8Array(base64url.decode(token.slice(end + 1)))
  const isPossible = modulus === undefined || isBelow(modulus, signature)
  if (isPossible && (await isGood(PARAMETERS[algorithm], cryptoKey, signature, signed))) return
  throw new VerificationError('signature', `The signature is not that of the issuer's key over this token`)
}

// RFC 8017 sections 8.2.2 and 5.2.2: as long as the modulus, and a smaller number. WebKit on Linux takes others too, so
// that one signature could be written in many ways.
function isBelow(modulus: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== modulus.length) return false
  const at = modulus.findIndex((byte, index) => byte !== signature[index])
  return (signature[at] ?? 0) < (modulus[at] ?? 0)
}

// A platform may refuse a signature of another length by an exception.
async function isGood(...parts: Parameters<SubtleCrypto['verify']>): Promise<boolean> {
  try {
    return await crypto.subtle.verify(...parts)
  } catch {
    return false
  }
}
