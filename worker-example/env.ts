// What wrangler.toml and `wrangler secret put` give the Worker.

import type { AuditBindings } from './ledger/audit.ts'
import type { LedgerBinding } from './ledger/ledger-stub.ts'
import type { Settings } from './settings.ts'
import type { AccessTokenBinding } from './tokens/access-token-broker.ts'
import type { BrokerBinding } from './tokens/token-broker.ts'

/** The Worker's variables, secrets and bindings. */
export interface Env extends Settings, LedgerBinding, AuditBindings, BrokerBinding, AccessTokenBinding {
  /** Counts the failures of an address. */
  readonly RATE_LIMITER: RateLimit
}
