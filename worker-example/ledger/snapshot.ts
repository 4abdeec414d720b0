// What the console shows: as it was at one moment, without any token.

import type { Tag } from 'aws-web-identity'
import type { AuditLine } from './audit-line.ts'

/** Times are milliseconds since 1970, all by the Worker's clock. */
export interface Snapshot {
  readonly now: number
  /** Those that still live, and those that ended within the last hour, the last asked first. */
  readonly tokens: readonly LiveToken[]
  /** The newest first. */
  readonly decisions: readonly AuditLine[]
  readonly sts: StsHealth
}

/** A token that the broker keeps, or an access token that it was exchanged for. */
export interface LiveToken {
  readonly kind: 'token' | 'access-token'
  /** The exchange's name, of an access token. */
  readonly exchange?: string
  readonly audience: readonly string[]
  readonly signingAlgorithm: string
  readonly durationSeconds: number
  readonly tags: readonly Tag[]
  readonly issuer?: string
  /** When the broker got it. */
  readonly mintedAt: number
  readonly expiresAt: number
  /** How often it was minted anew, the first time included. */
  readonly mints: number
  /** How often it was given to a caller, all in all. */
  readonly asked: number
  /** When it was asked for last; absent where only the Worker itself got it, to say that it is ready. */
  readonly askedAt?: number
  /** Why the last try to renew it failed, while no later one succeeded. */
  readonly failure?: Failure
}

/** How AWS STS does, as all brokers saw it. */
export interface StsHealth {
  /** When the last attempt succeeded. */
  readonly successAt?: number
  /** The last failure of an attempt or a renewal; the present state if it is later than `successAt`. */
  readonly failure?: Failure
  /** The last hundred attempts, the newest last. */
  readonly recent: readonly RecentAttempt[]
  readonly attempts: number
  readonly failures: number
  readonly retries: number
  /** How far AWS's clock is ahead of the Worker's, in milliseconds, where it is more than a minute: as who minted last knows it. */
  readonly clockOffset?: number
}

/** How one attempt went. */
export interface RecentAttempt {
  /** In milliseconds. */
  readonly duration: number
  readonly hasFailed: boolean
}

/** What went wrong, and what to do. */
export interface Failure {
  readonly at: number
  readonly code: string
  /** Ends with the remedy, where there is a known one. */
  readonly message?: string
  readonly remedy?: string
  /** AWS's id of the request. */
  readonly requestId?: string
}
