// A line of the Worker's log as a person reads it.

import { visible } from '../demo/report.ts'
import type { AuditLine } from '../ledger/audit-line.ts'

type Line = Partial<AuditLine> & { readonly type?: string; readonly time?: string }

/** Of a line of the audit, and of a mint, what matters most; any other one whole. */
export function shortLine(message: string): string {
  const { type, time = '', ...line } = parsed(message)
  if (type === 'mint') {
    const { audience = [], upstreamRequestId = 'of no id' } = line
    return visible(`${time}  minted for ${audience.join(' ')} by AWS request ${upstreamRequestId}`)
  }
  if (type !== 'audit') return message.split('\n').map(visible).join('\n')
  const { action, verdict, via, audience = [], code, why, tokenId } = line
  const { caller = action === 'sign-in' ? 'a visitor' : 'nobody known' } = line
  const outcome = verdict === 'granted' ? `granted ${tokenId ?? ''}` : `${verdict} ${code}: ${why}`
  return visible([time, caller, via, action, audience.join(' '), outcome].filter(Boolean).join('  '))
}

function parsed(message: string): Line {
  try {
    return JSON.parse(message) as Line // the Worker's own, and shown alone
  } catch {
    return {}
  }
}
