// What the console shows, kept in one Durable Object: the last grants and denials, the tokens that live, how STS does. It is
// told in batches, so that it costs a fraction of a request for each token; it may lag a second, and nothing depends on it.
// https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/

import { DurableObject } from 'cloudflare:workers'
import { Decisions } from './decisions.ts'
import { LiveTokens } from './live-tokens.ts'
import { type Counts, Rates } from './rates.ts'
import type { BrokerReports, DecisionBatch } from './report.ts'
import type { Snapshot, StsHealth } from './snapshot.ts'
import { StsRecord } from './sts-record.ts'

/** The record of what the Worker and its brokers did, without any token. */
export class Ledger extends DurableObject<unknown> {
  readonly #decisions: Decisions
  readonly #tokens: LiveTokens
  readonly #sts: StsRecord
  /** In memory alone: of what is lost with it, a minute is the most. */
  readonly #rates = new Rates()

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env)
    const { sql } = state.storage
    this.#decisions = new Decisions(sql)
    this.#tokens = new LiveTokens(sql)
    this.#sts = new StsRecord(sql)
  }

  /** For the Worker: what it decided. @returns how many requests each of these callers made in this minute, everywhere */
  record({ lines, given, requests, toldAt }: DecisionBatch): Counts {
    this.#decisions.add(lines)
    this.#tokens.given(given)
    return this.#rates.add(requests, toldAt, Date.now())
  }

  /** For the brokers: what happened to them. */
  report({ object, keptFor, reports, clockOffset, toldAt }: BrokerReports): void {
    // An exchange fails for reasons of its party's.
    if (keptFor?.exchange === undefined) this.#sts.add(reports)
    // As this object's clock has it, by which the console's times are: a broker may be on another machine.
    if (clockOffset !== undefined) this.#sts.compareClocks(clockOffset + toldAt - Date.now())
    this.#tokens.reported(object, keptFor, reports)
  }

  /** For the console. */
  snapshot(): Snapshot {
    const now = Date.now()
    const sts = this.#sts.health()
    return {
      now,
      tokens: this.#tokens.all(now).map((token) => byOwnClock(token, sts)),
      decisions: this.#decisions.newest().map((line) => byOwnClock(line, sts)),
      sts,
    }
  }

  /** The issuers of the tokens that were given: those of the account, which is one. */
  issuers(): string[] {
    return this.#tokens.issuers()
  }
}

// AWS says when a token ends, by its own clock: beside a Worker's that is ahead a token would seem to have ended that lives.
// Of access tokens it is known by the Worker's.
function byOwnClock<Ending extends { readonly expiresAt?: number; readonly exchange?: string }>(
  ending: Ending,
  { clockOffset = 0 }: StsHealth,
): Ending {
  const { expiresAt, exchange } = ending
  if (expiresAt === undefined || exchange !== undefined || clockOffset === 0) return ending
  return { ...ending, expiresAt: expiresAt - clockOffset }
}
