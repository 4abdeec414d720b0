// A line of the Worker's log as a person reads it.

import type { AuditLine } from '../ledger/audit-line.ts'

type Line = Partial<AuditLine> & { readonly type?: string; readonly time?: string }

/** Of a line of the audit what matters most; any other one as it is. */
export function shortLine(message: string): string {
  const { type, time = '', ...line } = parsed(message)
  if (type !== 'audit') return message
  const { action, verdict, caller = 'nobody known', via, audience = [], code, why, tokenId } = line
  const outcome = verdict === 'granted' ? `granted ${tokenId ?? ''}` : `${verdict} ${code}: ${why}`
  return [time, caller, via, action, audience.join(' '), outcome].filter(Boolean).join('  ')
}

function parsed(message: string): Line {
  try {
    return JSON.parse(message) as Line // the Worker's own, and shown alone
  } catch {
    return {}
  }
}
