// Who looks: somebody that Cloudflare Access let in, or somebody with a session.

import { foldedEmail } from '../policy/rules.ts'
import type { ConsoleContext } from './context.ts'
import { secretOfSession } from './session.ts'

/** Who looks. */
export type Visitor =
  | { readonly via: 'access'; readonly email: string }
  /** `sha256`: the hash of the secret that opened the session. */
  | { readonly via: 'session'; readonly sha256: string }

/** Nobody, where the policy lets in neither. */
export async function visitorOf(request: Request, context: ConsoleContext): Promise<Visitor | undefined> {
  const email = await context.accessEmail()
  const folded = email === undefined ? '' : foldedEmail(email)
  if (context.policy.console.emails?.includes(folded)) return { via: 'access', email: folded }
  const secret = await secretOfSession(request, context)
  return secret && { via: 'session', sha256: secret.sha256 }
}
