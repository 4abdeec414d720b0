// One line of the audit: who asked for what, what he got, and why. It never holds a token.

import type { Tag } from 'aws-web-identity'

/** How a caller was known. */
export type Via = 'secret' | 'access' | 'web-identity' | 'service-binding'

/** One grant or denial. */
export interface AuditLine {
  /** In milliseconds since 1970. */
  readonly at: number
  /** The Worker's id of the request: the answer's `X-Request-Id`. */
  readonly requestId: string
  readonly action: 'token' | 'access-token' | 'sign-in'
  /** Denied: what was asked is no request, or the policy says no. Failed: there was nothing to give. */
  readonly verdict: 'granted' | 'denied' | 'failed'
  /** The caller's name in the policy; absent where nobody could be known. */
  readonly caller?: string
  readonly via?: Via
  /** What tells the caller further: the principal's ARN, the email address, the Access client ID, the secret's first digits. */
  readonly identity?: string
  /** Where from, of those who are not known. */
  readonly address?: string
  readonly audience?: readonly string[]
  readonly signingAlgorithm?: string
  readonly durationSeconds?: number
  readonly tags?: readonly Tag[]
  readonly exchange?: string
  /** The token's `jti`. */
  readonly tokenId?: string
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAt?: number
  /** Of a denial or a failure: its code, as the caller saw it. */
  readonly code?: string
  /** Of a denial or a failure: why, as the log alone may know. */
  readonly why?: string
  /** AWS's id of the request that failed. */
  readonly upstreamRequestId?: string
}
