// What a line of the audit says of somebody who got nothing.

import type { Problem } from '../http/problem.ts'
import type { AuditLine } from './audit-line.ts'

/** The verdict, and why: by the Worker's own words, where they are not those for the caller. */
export function refusal({
  status,
  code,
  why,
  message,
  members: { upstreamRequestId },
}: Problem): Pick<AuditLine, 'verdict' | 'code' | 'why' | 'upstreamRequestId'> {
  return {
    // 499: a caller who has gone was not denied.
    verdict: status < 499 ? 'denied' : 'failed',
    code,
    why: why ?? message,
    ...(typeof upstreamRequestId === 'string' && { upstreamRequestId }),
  }
}
