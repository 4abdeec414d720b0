// Mints the JWT: AWS's claims in AWS's order, signed as RFC 7515 and RFC 7519 say. IAM's "Understanding token
// claims" and, where it differs, tokens that the real service was seen to issue.

import { CompactSign } from 'jose'
import type { Session } from '../account/caller.ts'
import { Fault } from '../protocol/fault.ts'
import { dateTime } from '../protocol/response.ts'
import type { SigningKey } from './keys.ts'

/** What goes into a token. */
export interface TokenContent {
  readonly audience: readonly string[]
  /** ARN of the user or role. */
  readonly subject: string
  readonly issuer: string
  /** Milliseconds. */
  readonly expiration: number
  readonly durationSeconds: number
  readonly namespace: NamespaceContent
}

interface NamespaceContent {
  readonly organization: { readonly id: string; readonly path: string } | undefined
  readonly accountId: string
  readonly requestTags: Readonly<Record<string, string>>
  readonly sourceRegion: string
  readonly principalTags: Readonly<Record<string, string>>
  readonly session: Session | null
}

/** The most that the claims may measure, as JSON in UTF-8. */
const maximumClaimsBytes = 14_984

/** The claims in AWS's order. */
export function claimsOf(content: TokenContent): Readonly<Record<string, unknown>> {
  const { audience, subject, expiration } = content
  const exp = Math.floor(expiration / 1000)
  return {
    aud: audience.length === 1 ? audience[0] : audience,
    sub: subject,
    'https://sts.amazonaws.com/': namespaceClaims(content.namespace, subject),
    iss: content.issuer,
    exp,
    iat: exp - content.durationSeconds,
    jti: crypto.randomUUID(),
  }
}

/** The claims in bytes, as they are signed; more than the limit is a `Fault`. */
export function encodeClaims(claims: Readonly<Record<string, unknown>>): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(claims))
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
export function signToken(claims: Uint8Array, { header, privateKey }: SigningKey): Promise<string> {
  return new CompactSign(claims).setProtectedHeader(header).sign(privateKey)
}

// Each member is there only where it applies.
function namespaceClaims(content: NamespaceContent, principalId: string): object {
  const { organization, accountId, requestTags, sourceRegion, principalTags, session } = content
  return {
    ...(organization && { org_id: organization.id }),
    aws_account: accountId,
    ...(organization && { ou_path: [organization.path] }),
    ...(!isEmpty(requestTags) && { request_tags: requestTags }),
    ...(session !== null &&
      session.expiration !== null && { original_session_exp: wholeSeconds(session.expiration) }),
    source_region: sourceRegion,
    ...session?.claims,
    ...(session?.sourceIdentity !== undefined && { source_identity: session.sourceIdentity }),
    principal_id: principalId,
    ...(!isEmpty(principalTags) && { principal_tags: principalTags }),
  }
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0
}

function wholeSeconds(milliseconds: number): string {
  return dateTime(new Date(Math.floor(milliseconds / 1000) * 1000))
}
