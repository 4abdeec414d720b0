// What an exchange is made of, and what comes of it.

import type { Fetch } from '../http/fetch.ts'
import type { RetryPolicy } from '../query/retry-policy.ts'
import type { BearerSource } from '../token-source/source.ts'
import type { ExchangePreset } from './preset.ts'
import type { GrantedToken } from './step.ts'

/** What is traded, and how. */
export interface ExchangeSettings {
  readonly preset: ExchangePreset
  readonly source: BearerSource
  readonly fetch: Fetch | undefined
  /** The bound on one request, in milliseconds. */
  readonly attemptTimeout: number
  readonly retryPolicy: RetryPolicy
}

/** An access token, and from when on it lives. */
export interface AccessGrant extends GrantedToken {
  /** When its request was sent, in milliseconds since 1970: from when on its lifetime counts, so that none is too long. */
  readonly askedAt: number
}
