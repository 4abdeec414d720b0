// One call of a caller that is known, and the line of the audit that it ends with, whatever comes of it.

import type { Identified } from '../callers/identified.ts'
import type { Env } from '../env.ts'
import { Problem } from '../http/problem.ts'
import { unforeseen } from '../http/problem-of.ts'
import { audit, countRequest } from '../ledger/audit.ts'
import type { AuditLine } from '../ledger/audit-line.ts'
import { WINDOW } from '../ledger/rates.ts'
import { refusal } from '../ledger/refusal.ts'
import type { Given } from '../ledger/report.ts'
import type { Caller } from '../policy/caller.ts'
import type { Policy } from '../policy/policy.ts'
import { explain } from './explain.ts'

/** Who calls, by HTTP or through a service binding. */
export interface Call {
  readonly env: Env
  readonly policy: Policy
  readonly identified: Identified
  readonly requestId: string
  /** The signal that is aborted when the caller has gone. It takes time to have it: only who waits asks for it. */
  signalOf(): AbortSignal | undefined
  readonly waitUntil: (promise: Promise<unknown>) => void
}

const TOLD = 'told already'

/** What the line says besides, as far as it is known yet. */
export type Tell = (facts: Partial<AuditLine>) => void

/** What was given, and how the ledger counts it. */
export interface Outcome<Answer> {
  readonly answer: Answer
  readonly given: Omit<Given, 'count' | 'at'>
}

/** Does the work and tells the audit how it ended. @throws {Problem} */
export async function audited<Answer>(
  { env, identified, requestId, waitUntil }: Call,
  action: AuditLine['action'],
  work: (tell: Tell) => Promise<Outcome<Answer>>,
): Promise<Answer> {
  const { caller, via, identity } = identified
  let line: Omit<AuditLine, 'at' | 'verdict'> = {
    requestId,
    action,
    caller: caller.name,
    via,
    ...(identity !== undefined && { identity }),
  }
  const tell: Tell = (facts) => {
    line = { ...line, ...facts }
  }
  try {
    checkRate(env, caller)
    const { answer, given } = await work(tell)
    audit(env, { at: Date.now(), ...line, verdict: 'granted' }, given, waitUntil)
    return answer
  } catch (error) {
    const explained = explain(error)
    const problem = explained instanceof Problem ? explained : unforeseen(explained, requestId)
    if (problem.why === TOLD) throw problem
    audit(env, { at: Date.now(), ...line, ...refusal(problem) }, undefined, waitUntil)
    throw problem
  }
}

// The first of a minute alone is told: a caller that runs wild is not to fill the log.
const toldOf = new Map<string, number>()

function checkRate(env: Env, { name, requestsPerMinute }: Caller): void {
  if (countRequest(env, name, requestsPerMinute)) return
  const now = Date.now()
  const isTold = (toldOf.get(name) ?? 0) > now - WINDOW
  if (!isTold) toldOf.set(name, now)
  throw new Problem(
    429,
    'too_many_requests',
    `You may ask ${requestsPerMinute} times a minute. Keep the token that you have until it ends.`,
    {
      headers: { 'Retry-After': String(Math.ceil((WINDOW - (now % WINDOW)) / 1000)) },
      why: isTold
        ? TOLD
        : `more than ${requestsPerMinute} requests in a minute; for a minute no more of them is told`,
    },
  )
}
