// Mints the JWT: AWS's claims in AWS's order, signed as RFC 7515 and RFC 7519 say. IAM's "Understanding token
// claims" and, where it differs, tokens that the real service was seen to issue.

import { CompactSign } from 'jose'
import type { Principal } from '../account/principal.ts'
import { Fault } from '../protocol/fault.ts'
import type { SigningKey } from './keys.ts'

/** What goes into a token. */
export interface TokenContent {
  readonly audience: readonly string[]
  readonly principal: Principal
  readonly issuer: string
  readonly sourceRegion: string
  readonly requestTags: readonly (readonly [key: string, value: string])[]
  /** Milliseconds. */
  readonly expiration: number
  readonly durationSeconds: number
}

/** The most that the claims may measure, as JSON in UTF-8. */
export const maximumClaimsBytes = 14_984

/** The claims in bytes, as they are signed; more than the limit is a `Fault`. */
export function encodeClaims(content: TokenContent): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(claimsOf(content)))
  if (bytes.length > maximumClaimsBytes) {
    throw new Fault(
      400,
      'JWTPayloadSizeExceededException',
      'The requested token payload size exceeds the maximum allowed size.',
    )
  }
  return bytes
}

/** The token in JWS compact form. */
export function signToken(claims: Uint8Array, { algorithm, kid, privateKey }: SigningKey): Promise<string> {
  return new CompactSign(claims).setProtectedHeader({ kid, typ: 'JWT', alg: algorithm }).sign(privateKey)
}

function claimsOf(content: TokenContent): object {
  const { audience, principal, expiration } = content
  const exp = Math.floor(expiration / 1000)
  return {
    aud: audience.length === 1 ? audience[0] : audience,
    sub: principal.arn,
    'https://sts.amazonaws.com/': namespaceClaims(content),
    iss: content.issuer,
    exp,
    iat: exp - content.durationSeconds,
    jti: crypto.randomUUID(),
  }
}

// Each member is there only where it applies.
function namespaceClaims({ principal, requestTags, sourceRegion }: TokenContent): object {
  const { accountId, arn, sessionExpiration, tags } = principal
  return {
    aws_account: accountId,
    ...(requestTags.length > 0 && { request_tags: Object.fromEntries(requestTags) }),
    source_region: sourceRegion,
    principal_id: arn,
    ...(Object.keys(tags).length > 0 && { principal_tags: tags }),
    ...(sessionExpiration !== null && { original_session_exp: wholeSeconds(sessionExpiration) }),
  }
}

function wholeSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+/, '')
}
