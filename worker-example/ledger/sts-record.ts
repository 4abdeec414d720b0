// How AWS STS does, as all brokers saw it: one row, of what is to be shown.

import type { Attempt, Report } from './report.ts'
import type { StsHealth } from './snapshot.ts'

/** Of so many attempts the latency is kept. */
const LATENCIES = 100

const UNKNOWN: StsHealth = { latencies: [], attempts: 0, failures: 0, retries: 0 }

/** The table of STS's health, of one row. */
export class StsRecord {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('CREATE TABLE IF NOT EXISTS sts (id INTEGER PRIMARY KEY CHECK (id = 1), health TEXT NOT NULL)')
  }

  health(): StsHealth {
    const [row] = this.#sql.exec<{ health: string }>('SELECT health FROM sts').toArray()
    return row === undefined ? UNKNOWN : (JSON.parse(row.health) as StsHealth) // as it was put there
  }

  add(reports: readonly Report[]): void {
    const before = this.health()
    const health = reports.reduce(after, before)
    if (health === before) return
    this.#sql.exec('INSERT OR REPLACE INTO sts (id, health) VALUES (1, ?)', JSON.stringify(health))
  }
}

function after(health: StsHealth, report: Report): StsHealth {
  switch (report.type) {
    case 'attempt':
      return afterAttempt(health, report)
    case 'retry':
      return { ...health, retries: health.retries + 1 }
    case 'refresh-failed':
      return { ...health, failure: report.failure }
    case 'token':
      return health
  }
}

function afterAttempt(
  { clockOffset: _, ...health }: StsHealth,
  { at, duration, failure, clockOffset }: Attempt,
): StsHealth {
  return {
    ...health,
    attempts: health.attempts + 1,
    latencies: [...health.latencies, Math.round(duration)].slice(-LATENCIES),
    // As who asked last knows it: a clock that was set right, or that of another machine, agrees.
    ...(clockOffset !== undefined && { clockOffset }),
    ...(failure === undefined
      ? { successAt: Math.max(health.successAt ?? 0, at) }
      : { failures: health.failures + 1, failure }),
  }
}
