// The tokens that the brokers keep: what each is for, until when, how often it was asked for. Of the tokens themselves
// nothing is here.

import { type Given, type KeptFor, keyOf, type Report } from './report.ts'
import type { Failure, LiveToken } from './snapshot.ts'

/** For so long a token that ended is still shown, in milliseconds. */
const SHOWN_AFTER_END = 3_600_000
/** So many are kept at the most, and so many bytes of what they say: each choice of free tags is one. */
const MOST = 500
const MOST_BYTES = 2_000_000

type Row = {
  kept_for: string
  issuer: string | null
  minted_at: number | null
  expires_at: number | null
  mints: number
  asked: number
  asked_at: number
  failure: string | null
}

/** The table of tokens. */
export class LiveTokens {
  readonly #sql: SqlStorage
  #hasGrown = false

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(
      `CREATE TABLE IF NOT EXISTS tokens (
         key TEXT PRIMARY KEY, object TEXT UNIQUE, kept_for TEXT NOT NULL, issuer TEXT, minted_at INTEGER,
         expires_at INTEGER, mints INTEGER NOT NULL DEFAULT 0, asked INTEGER NOT NULL DEFAULT 0,
         asked_at INTEGER NOT NULL DEFAULT 0, failure TEXT)`,
    )
  }

  /** Tokens were given to callers. */
  given(all: readonly Given[]): void {
    for (const each of all) this.#given(each)
    this.#dropOldest()
  }

  /** A broker got a token, or could not get one. */
  reported(object: string, keptFor: KeptFor | undefined, reports: readonly Report[]): void {
    if (keptFor !== undefined) {
      this.#sql.exec('UPDATE OR IGNORE tokens SET object = ? WHERE key = ?', object, this.#row(keptFor))
    }
    for (const report of reports) {
      if (report.type === 'token') this.#arrived(object, report)
      if (report.type === 'refresh-failed') {
        this.#sql.exec(
          'UPDATE tokens SET failure = ? WHERE object = ?',
          JSON.stringify(report.failure),
          object,
        )
      }
    }
    this.#dropOldest()
  }

  /** Those that live, and those that ended a short while ago; the last asked first. */
  all(now: number): LiveToken[] {
    this.#sql.exec(
      'DELETE FROM tokens WHERE max(coalesce(expires_at, 0), asked_at) < ?',
      now - SHOWN_AFTER_END,
    )
    return this.#sql.exec<Row>('SELECT * FROM tokens ORDER BY asked_at DESC').toArray().map(liveToken)
  }

  issuers(): string[] {
    const rows = this.#sql.exec<{ issuer: string }>(
      'SELECT DISTINCT issuer FROM tokens WHERE issuer IS NOT NULL',
    )
    return rows.toArray().map(({ issuer }) => issuer)
  }

  #given({ keptFor, issuer, expiresAt, count, at }: Given): void {
    const key = this.#row(keptFor)
    this.#sql.exec(
      `UPDATE tokens SET asked = asked + ?, asked_at = max(asked_at, ?), issuer = coalesce(?, issuer),
         expires_at = max(coalesce(expires_at, 0), ?) WHERE key = ?`,
      count,
      at,
      issuer ?? null,
      expiresAt,
      key,
    )
  }

  #arrived(object: string, { at, expiresAt, isNew }: Extract<Report, { type: 'token' }>): void {
    this.#sql.exec(
      `UPDATE tokens SET minted_at = CASE WHEN ?1 THEN ?2 ELSE coalesce(minted_at, ?2) END, expires_at = ?3,
         mints = mints + ?1, failure = NULL WHERE object = ?4`,
      isNew ? 1 : 0,
      at,
      expiresAt,
      object,
    )
  }

  #row(keptFor: KeptFor): string {
    const key = keyOf(keptFor)
    const { rowsWritten } = this.#sql.exec(
      'INSERT OR IGNORE INTO tokens (key, kept_for) VALUES (?, ?)',
      key,
      JSON.stringify(keptFor),
    )
    this.#hasGrown ||= rowsWritten > 0
    return key
  }

  // Now, and not when somebody looks: that may be never.
  #dropOldest(): void {
    if (!this.#hasGrown) return
    this.#hasGrown = false
    this.#sql.exec(
      `DELETE FROM tokens WHERE key IN (
         SELECT key FROM (
           SELECT key, ROW_NUMBER() OVER newest AS place, SUM(octet_length(kept_for)) OVER newest AS bytes FROM tokens
           WINDOW newest AS (
             ORDER BY max(asked_at, coalesce(minted_at, 0)) DESC, rowid DESC ROWS UNBOUNDED PRECEDING))
         WHERE place > ? OR bytes > ?)`,
      MOST,
      MOST_BYTES,
    )
  }
}

function liveToken(row: Row): LiveToken {
  const keptFor = JSON.parse(row.kept_for) as KeptFor // as it was put there
  return {
    kind: keptFor.exchange === undefined ? 'token' : 'access-token',
    ...keptFor,
    ...(row.issuer !== null && { issuer: row.issuer }),
    mintedAt: row.minted_at ?? row.asked_at,
    expiresAt: row.expires_at ?? 0,
    mints: row.mints,
    asked: row.asked,
    ...(row.asked_at > 0 && { askedAt: row.asked_at }),
    ...(row.failure !== null && { failure: JSON.parse(row.failure) as Failure }),
  }
}
