// Those who are not known: their requests are counted by address, so that nobody can fill the audit. A guess that is right is
// taken all the same: callers that share an address are not to be held up by whoever else is there.

import { addressOf } from './http/address.ts'
import { Problem } from './http/problem.ts'
import type { Incoming } from './incoming.ts'
import { audit } from './ledger/audit.ts'
import type { AuditLine } from './ledger/audit-line.ts'
import { refusal } from './ledger/refusal.ts'

/** Tells the audit of who was not let in. @throws {Problem} always: why, or 429 from an address that tries too often. */
export async function auditStranger(incoming: Incoming, error: unknown): Promise<never> {
  if (!(error instanceof Problem)) throw error
  await checkStranger(incoming, 'stranger')
  const { identity } = error.members
  const line: AuditLine = {
    at: Date.now(),
    requestId: incoming.requestId,
    action: new URL(incoming.request.url).pathname === '/token' ? 'token' : 'access-token',
    ...refusal(error),
    address: addressOf(incoming.request),
    ...(typeof identity === 'string' && { identity }),
  }
  audit(incoming.env, line, undefined, incoming.waitUntil)
  throw error
}

/** @throws {Problem} 429 */
export async function checkStranger(incoming: Incoming, what: string): Promise<void> {
  if (await mayTry(incoming, what)) return
  throw new Problem(429, 'too_many_requests', 'Too many requests come from your address. Try again later.', {
    headers: { 'Retry-After': '60' },
  })
}

/** Whether as much still comes from this address as is borne. */
export async function mayTry({ request, env }: Incoming, what: string): Promise<boolean> {
  const { success } = await env.RATE_LIMITER.limit({ key: `${what}:${addressOf(request)}` })
  return success
}
