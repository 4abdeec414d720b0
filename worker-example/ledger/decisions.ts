// The last grants and denials. A row holds all lines that came together, as rows are what is paid for.

import type { AuditLine } from './audit-line.ts'
import { packed } from './packed.ts'

/** So many lines are kept of callers that are known, and of those that are not: strangers can't push out the others. */
const KEPT = { known: 1000, strangers: 200 } as const

type Kind = keyof typeof KEPT

/** Tags may make a line long, and then fewer are kept, in bytes: all of them come to the console in one RPC, of 32 MiB. */
const MOST_BYTES: Readonly<Record<Kind, number>> = { known: 3_000_000, strangers: 600_000 }
const ROW = { items: 1000, characters: 600_000 }

/** The table of audit lines. */
export class Decisions {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(
      `CREATE TABLE IF NOT EXISTS decisions (
         seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, count INTEGER NOT NULL, lines TEXT NOT NULL)`,
    )
  }

  add(lines: readonly AuditLine[]): void {
    this.#add('known', lines.filter(isOfKnown))
    this.#add(
      'strangers',
      lines.filter((line) => !isOfKnown(line)),
    )
  }

  /** The newest first. */
  newest(): AuditLine[] {
    return (Object.keys(KEPT) as Kind[])
      .flatMap((kind) => this.#read(kind))
      .sort((one, other) => other.at - one.at)
  }

  #add(kind: Kind, lines: readonly AuditLine[]): void {
    if (lines.length === 0) return
    for (const row of packed(lines.slice(-KEPT[kind]), ROW)) {
      this.#sql.exec(
        'INSERT INTO decisions (kind, count, lines) VALUES (?, ?, ?)',
        kind,
        row.length,
        JSON.stringify(row),
      )
    }
    // What so many newer lines, or so much, stand before is not shown any more.
    this.#sql.exec(
      `DELETE FROM decisions WHERE kind = ?1 AND seq IN (
         SELECT seq FROM (
           SELECT seq, SUM(count) OVER (ORDER BY seq DESC) - count AS newer,
             SUM(octet_length(lines)) OVER (ORDER BY seq DESC) - octet_length(lines) AS bytes
           FROM decisions WHERE kind = ?1)
         WHERE newer >= ?2 OR bytes >= ?3)`,
      kind,
      KEPT[kind],
      MOST_BYTES[kind],
    )
  }

  #read(kind: Kind): AuditLine[] {
    const rows = this.#sql
      .exec<{ lines: string }>('SELECT lines FROM decisions WHERE kind = ? ORDER BY seq DESC', kind)
      .toArray()
    return rows
      .flatMap(({ lines }) => (JSON.parse(lines) as AuditLine[]).toReversed()) // as they were put there
      .slice(0, KEPT[kind])
  }
}

// Who came into the console has no name, but has shown a secret of it, or was let in by Access.
function isOfKnown({ caller, action, verdict }: AuditLine): boolean {
  return caller !== undefined || (action === 'sign-in' && verdict === 'granted')
}
