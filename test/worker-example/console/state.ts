// What the console is given in its tests, as the test sends it to the harness.

import type { JsonWebKeySet } from 'aws-web-identity/verify'
import type { Snapshot } from '../../../worker-example/ledger/snapshot.ts'

export interface State {
  /** Checked here, as the Worker checks it. */
  readonly policy: unknown
  readonly accessEmail?: string
  /** In base64. */
  readonly sealingKeys: readonly string[]
  /** The Worker's clock; the machine's where it is left out. */
  readonly now?: number
  readonly snapshot: Snapshot | 'fails'
  readonly issuerKeys: { issuer: string; jwks: JsonWebKeySet }[] | 'fails'
  readonly mayTry: boolean
}
