// The console in a Worker of its own, which is given what to show: `PUT /test/state`, and tells what the audit was told:
// `GET /test/audit`.

import { isConsole, serveConsole } from '../../../../worker-example/console/console.ts'
import type { AuditLine } from '../../../../worker-example/ledger/audit-line.ts'
import { checkPolicy } from '../../../../worker-example/policy/check-policy.ts'
import type { State } from '../state.ts'

let state: State
let audit: Partial<AuditLine>[] = []

const harness: ExportedHandler = {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === '/test/state') {
      state = await request.json()
      audit = []
      return new Response(null, { status: 204 })
    }
    if (pathname === '/test/audit') return Response.json(audit)
    if (!isConsole(pathname)) return new Response('not the console’s', { status: 404 })
    const { policy, accessEmail, sealingKeys, now = Date.now(), snapshot, issuerKeys, mayTry } = state
    const requestId = 'request-of-the-test'
    return serveConsole(request, requestId, () => ({
      policy: checkPolicy(policy),
      requestId,
      accessEmail: async () => accessEmail,
      sealingKeys: sealingKeys.map((key) => Uint8Array.from(atob(key), (byte) => byte.charCodeAt(0))),
      now,
      snapshot: () => given(snapshot),
      issuerKeys: () => given(issuerKeys),
      audit: (line) => audit.push(line),
      mayTry: async () => mayTry,
    }))
  },
}

async function given<Value>(value: Value | 'fails'): Promise<Value> {
  if (value === 'fails') throw new Error('as the test wants it')
  // The test gives nothing else that is a string.
  return value as Value
}

export default harness
