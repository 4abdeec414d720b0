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
  const email = context.accessEmail === undefined ? undefined : foldedEmail(context.accessEmail)
  if (email !== undefined && context.policy.console.emails?.includes(email)) return { via: 'access', email }
  const secret = await secretOfSession(request, context)
  return secret && { via: 'session', sha256: secret.sha256 }
}
