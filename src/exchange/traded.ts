// What is traded, how, and what comes of it.

import type { Fetch } from '../http/fetch.ts'
import type { RetryPolicy } from '../query/retry-policy.ts'
import type { BearerSource } from '../token-source/source.ts'
import type { ExchangePreset } from './preset.ts'
import type { ExchangeStep, GrantedToken } from './step.ts'

/** What is traded, and how. */
export interface Exchange {
  readonly preset: ExchangePreset
  readonly source: BearerSource
  readonly fetch: Fetch | undefined
  /** The bound on one request, in milliseconds. */
  readonly attemptTimeout: number
  readonly retryPolicy: RetryPolicy
}

/** An access token. */
export interface Exchanged extends GrantedToken {
  /** When its request was sent, in milliseconds since 1970: from when on its lifetime counts, so that none is too long. */
  readonly askedAt: number
}

/** A request that was sent. */
export interface SentRequest {
  readonly step: ExchangeStep
  readonly preset: ExchangePreset
  /** The token that was sent, which must stand in no error. */
  readonly token: string
  /** How many requests were sent. */
  readonly attempts: number
  readonly signal: AbortSignal
}
