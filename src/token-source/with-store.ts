// Puts a store in front of where tokens come from, if there is one. What it needs is loaded for it alone.

import type { Origin } from './renewal.ts'
import type { SlotOptions } from './slot.ts'
import type { StoreSettings } from './store-options.ts'
import type { storedOrigin } from './stored-origin.ts'

export interface WithStoreOptions extends StoreSettings, SlotOptions {
  /**
   * Imports what a store needs. The import stands where a program's own modules are, not here where all was imported on
   * demand already: a program that awaits its token at the top level, bundled by rollup, would wait for itself.
   */
  readonly loadStoredOrigin: () => Promise<{ readonly storedOrigin: typeof storedOrigin }>
}

export function withStore(origin: Origin, options: WithStoreOptions): Origin {
  const { store, sealingKeys } = options
  if (store === undefined || sealingKeys === undefined) return origin
  const stored = async () => {
    const { storedOrigin } = await options.loadStoredOrigin()
    return storedOrigin(origin, { ...options, store, sealingKeys })
  }
  return {
    now: () => origin.now(),
    load: async (wanted, signal, refused) => (await stored()).load(wanted, signal, refused),
    forget: async (token) => (await stored()).forget(token),
  }
}
