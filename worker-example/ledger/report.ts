// What brokers and the Worker tell the ledger. It never holds a token.

import type { WholeRequest } from '../whole-request.ts'
import type { AuditLine } from './audit-line.ts'
import type { Counts } from './rates.ts'
import type { Failure } from './snapshot.ts'

/** What a broker keeps: the same for all who are given the same token. */
export interface KeptFor extends WholeRequest {
  /** Of an access token, the exchange's name. */
  readonly exchange?: string
}

/** STS answered, or did not. */
export interface Attempt {
  readonly type: 'attempt'
  readonly at: number
  readonly duration: number
  readonly failure?: Failure
}

/** One thing that happened to a broker. */
export type Report =
  | Attempt
  | { readonly type: 'retry' }
  | { readonly type: 'token'; readonly at: number; readonly expiresAt: number; readonly isNew: boolean }
  | { readonly type: 'refresh-failed'; readonly failure: Failure }

/** What happened to one of them since it told last. */
export interface BrokerReports {
  /** The id of the Durable Object. */
  readonly object: string
  /** What it keeps, where it knows: woken by its alarm it may not. */
  readonly keptFor: KeptFor | undefined
  readonly reports: readonly Report[]
  /** How far AWS's clock is ahead of the broker's, in milliseconds, where it has minted since it was started. */
  readonly clockOffset?: number | undefined
  readonly toldAt: number
}

/** What an isolate of the Worker decided since it told last. */
export interface DecisionBatch {
  readonly lines: readonly AuditLine[]
  readonly given: readonly Given[]
  /** How many requests each caller made in the minute in which this was told. */
  readonly requests: Counts
  readonly toldAt: number
}

/** How often a token was given. */
export interface Given {
  readonly keptFor: KeptFor
  readonly issuer?: string
  readonly expiresAt: number
  readonly count: number
  readonly at: number
}

/** The name of what is kept, by which grants find it. */
export function keyOf({ exchange, audience, signingAlgorithm, durationSeconds, tags }: KeptFor): string {
  const named = tags.map(({ key, value }) => [key, value])
  return JSON.stringify([exchange ?? null, audience, signingAlgorithm, durationSeconds, named])
}
