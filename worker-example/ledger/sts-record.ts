// How AWS STS does, as all brokers saw it: one row, of what is to be shown.

import type { Attempt, Report } from './report.ts'
import type { Failure, StsHealth } from './snapshot.ts'

/** Of so many attempts it is kept how each went. */
const RECENT = 100
/** How far clocks must be apart to be told, in milliseconds: a mint with its retries takes time, which looks like it. */
const LEAST_OFFSET = 60_000

const UNKNOWN: StsHealth = { recent: [], attempts: 0, failures: 0, retries: 0 }

/** The table of STS's health, of one row. */
export class StsRecord {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('CREATE TABLE IF NOT EXISTS sts (id INTEGER PRIMARY KEY CHECK (id = 1), health TEXT NOT NULL)')
  }

  health(): StsHealth {
    const [row] = this.#sql.exec<{ health: string }>('SELECT health FROM sts').toArray()
    // As it was put there, by this version or by one that did not know all of it.
    return { ...UNKNOWN, ...(row && (JSON.parse(row.health) as Partial<StsHealth>)) }
  }

  add(reports: readonly Report[]): void {
    this.#change((health) => reports.reduce(after, health))
  }

  /** @param clockOffset how far AWS's clock is ahead, as who minted knows it */
  compareClocks(clockOffset: number): void {
    this.#change(({ clockOffset: _, ...health }) =>
      Math.abs(clockOffset) < LEAST_OFFSET ? health : { ...health, clockOffset },
    )
  }

  #change(change: (health: StsHealth) => StsHealth): void {
    const before = this.health()
    const health = JSON.stringify(change(before))
    if (health !== JSON.stringify(before))
      this.#sql.exec('INSERT OR REPLACE INTO sts (id, health) VALUES (1, ?)', health)
  }
}

function after(health: StsHealth, report: Report): StsHealth {
  switch (report.type) {
    case 'attempt':
      return afterAttempt(health, report)
    case 'retry':
      return { ...health, retries: health.retries + 1 }
    case 'refresh-failed':
      return failed(health, report.failure)
    case 'token':
      return health
  }
}

function afterAttempt(health: StsHealth, { at, duration, failure }: Attempt): StsHealth {
  const { attempts, failures, recent, successAt = 0 } = health
  const attempt = { duration: Math.round(duration), hasFailed: failure !== undefined }
  const counted = { ...health, attempts: attempts + 1, recent: [...recent, attempt].slice(-RECENT) }
  if (failure === undefined) return { ...counted, successAt: Math.max(successAt, at) }
  return failed({ ...counted, failures: failures + 1 }, failure)
}

// Brokers tell in any order.
function failed(health: StsHealth, failure: Failure): StsHealth {
  return failure.at < (health.failure?.at ?? 0) ? health : { ...health, failure }
}
