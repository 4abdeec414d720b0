// What the console is given by the Worker: it looks, and changes nothing.

import type { JsonWebKeySet } from 'aws-web-identity/verify'
import type { AuditLine } from '../ledger/audit-line.ts'
import type { Snapshot } from '../ledger/snapshot.ts'
import type { Policy } from '../policy/policy.ts'

/** What it shows, and what it is told of who looks. */
export interface ConsoleContext {
  readonly policy: Policy
  readonly requestId: string
  /** Keys of 32 bytes from which session keys are derived; the first signs, all verify. */
  readonly sealingKeys: readonly Uint8Array[]
  /** In milliseconds since 1970. */
  readonly now: number
  /** The email address that Cloudflare Access vouches for, verified, where there is one. */
  accessEmail(): Promise<string | undefined>
  snapshot(): Promise<Snapshot>
  /** The issuers of this account and their published keys; none while no token was minted. */
  issuerKeys(): Promise<{ issuer: string; jwks: JsonWebKeySet }[]>
  /** Tells the audit of a sign-in, granted or denied. */
  audit(line: Pick<AuditLine, 'verdict' | 'identity' | 'code' | 'why' | 'via'>): void
  /** Whether this address may try to sign in now. */
  mayTry(): Promise<boolean>
}
