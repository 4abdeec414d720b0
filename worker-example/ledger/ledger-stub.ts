// The one ledger of the Worker.

import type { Ledger } from './ledger.ts'

/** The binding of its class. */
export interface LedgerBinding {
  readonly LEDGER: DurableObjectNamespace<Ledger>
}

/** A stub of it: a new one each time, since one is of no use after its object has failed. */
export function ledgerOf({ LEDGER }: LedgerBinding): DurableObjectStub<Ledger> {
  return LEDGER.getByName('ledger')
}
