// The audit: each grant and denial as one line, to the log at once, and a moment later to the ledger and to whatever else is
// bound. No caller waits for it.

import type { AuditLine } from './audit-line.ts'
import { type LedgerBinding, ledgerOf } from './ledger-stub.ts'
import { packed } from './packed.ts'
import { Rates } from './rates.ts'
import { type DecisionBatch, type Given, keyOf } from './report.ts'

/** Where the lines go besides. */
export interface AuditBindings {
  readonly AUDIT_QUEUE?: Queue<AuditLine>
  readonly AUDIT_DATASET?: AnalyticsEngineDataset
}

/** For so long lines are gathered, in milliseconds: a request for each token would cost as much as the token. */
const GATHERING = 1000
/** After so long nobody is gathering any more: the request that did is gone, with its timer. */
const LOST = 5000
/** So many lines of a batch go to the ledger: it keeps no more. */
const MOST = 1000
/** https://developers.cloudflare.com/queues/platform/limits/ */
const QUEUE_BATCH = { items: 100, characters: 80_000 }

type WaitUntil = (promise: Promise<unknown>) => void

interface Gathered {
  readonly rates: Rates
  lines: AuditLine[]
  given: Map<string, Given>
  since: number | undefined
}

// One for all requests of an isolate.
const gatheredOf = new WeakMap<object, Gathered>()

/**
 * Tells a decision.
 *
 * @param given the token that was given, where one was
 * @param waitUntil of the request
 */
export function audit(
  env: LedgerBinding & AuditBindings,
  line: AuditLine,
  given: Omit<Given, 'count' | 'at'> | undefined,
  waitUntil: WaitUntil,
): void {
  const { at, ...told } = line
  const expiration = line.expiresAt === undefined ? {} : { expiration: new Date(line.expiresAt) }
  console.log(
    JSON.stringify({ type: 'audit', time: new Date(at), ...told, ...expiration, expiresAt: undefined }),
  )
  toDataset(env.AUDIT_DATASET, line)
  const gathered = gatheredIn(env)
  gathered.lines.push(line)
  if (given !== undefined) count(gathered.given, given, at)
  if (gathered.since !== undefined && at - gathered.since < LOST) return
  gathered.since = at
  waitUntil(tell(env, gathered))
}

/** Counts a request of a caller. @returns whether it is within the caller's rate, as far as this isolate knows */
export function countRequest(env: LedgerBinding, caller: string, perMinute: number): boolean {
  return gatheredIn(env).rates.count(caller, perMinute, Date.now())
}

function gatheredIn({ LEDGER }: LedgerBinding): Gathered {
  const gathered = gatheredOf.get(LEDGER) ?? { rates: new Rates(), ...nothing() }
  gatheredOf.set(LEDGER, gathered)
  return gathered
}

function nothing(): Omit<Gathered, 'rates'> {
  return { lines: [], given: new Map(), since: undefined }
}

function count(all: Map<string, Given>, given: Omit<Given, 'count' | 'at'>, at: number): void {
  const key = keyOf(given.keptFor)
  all.set(key, { ...given, count: (all.get(key)?.count ?? 0) + 1, at })
}

async function tell(env: LedgerBinding & AuditBindings, gathered: Gathered): Promise<void> {
  await scheduler.wait(GATHERING)
  const { lines, given, rates } = gathered
  Object.assign(gathered, nothing())
  const toldAt = Date.now()
  const batch = {
    lines: lines.slice(-MOST),
    given: [...given.values()],
    requests: rates.takeUntold(toldAt),
    toldAt,
  }
  const told = await Promise.allSettled([tellLedger(env, batch, rates), ...toQueue(env.AUDIT_QUEUE, lines)])
  for (const each of told) {
    // The log has every line; the console and the queue miss these.
    if (each.status === 'rejected') console.error('The audit could not be told:', String(each.reason))
  }
}

async function tellLedger(env: LedgerBinding, batch: DecisionBatch, rates: Rates): Promise<void> {
  rates.learn(await ledgerOf(env).record(batch), batch.toldAt)
}

function toQueue(queue: Queue<AuditLine> | undefined, lines: readonly AuditLine[]): Promise<unknown>[] {
  if (queue === undefined) return []
  return packed(lines, QUEUE_BATCH).map((batch) => queue.sendBatch(batch.map((body) => ({ body }))))
}

// https://developers.cloudflare.com/analytics/analytics-engine/limits/: all blobs of a point have 16 KB, or it is refused.
function toDataset(dataset: AnalyticsEngineDataset | undefined, line: AuditLine): void {
  const { caller = '', verdict, action, code = '', via = '', audience = [], exchange = '' } = line
  const { signingAlgorithm = '', requestId, tokenId = '', identity = '', why = '' } = line
  dataset?.writeDataPoint({
    indexes: [caller],
    blobs: [
      verdict,
      action,
      code,
      via,
      audience.join(' ').slice(0, 2000),
      exchange,
      signingAlgorithm,
      requestId,
      tokenId,
      identity.slice(0, 600),
      why.slice(0, 600),
    ],
    doubles: [line.durationSeconds ?? 0, line.expiresAt ?? 0],
  })
}
