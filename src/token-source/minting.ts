// A renewal that mints, with a store in front of it where there is one. What a store needs is loaded for it alone.

import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import { type Origin, Renewal, type RenewalOptions } from './renewal.ts'
import type { StoreSettings } from './store-options.ts'
import type { storedOrigin } from './stored-origin.ts'
import { stsOrigin } from './sts-origin.ts'

/** Between these parts of its lifetime a token is renewed ahead. */
const REFRESH_AHEAD = [0.7, 0.85] as const

export interface MintingOptions extends StoreSettings, Omit<RenewalOptions, 'refreshAhead'> {
  /**
   * Imports what a store needs. The import stands where a program's own modules are, not here where all was imported on
   * demand already: a program that awaits its token at the top level, bundled by rollup, would wait for itself.
   */
  readonly loadStoredOrigin: () => Promise<{ readonly storedOrigin: typeof storedOrigin }>
}

export function mintingRenewal(
  input: GetWebIdentityTokenInput,
  options: MintingOptions,
  refreshAhead: RenewalOptions['refreshAhead'] = REFRESH_AHEAD,
): Renewal {
  const origin = withStore(stsOrigin(options.sts, input, options.onEvent), input, options)
  return new Renewal(origin, { ...options, refreshAhead })
}

function withStore(origin: Origin, input: GetWebIdentityTokenInput, options: MintingOptions): Origin {
  const { store, sealingKeys } = options
  if (store === undefined || sealingKeys === undefined) return origin
  const stored = async () => {
    const { storedOrigin } = await options.loadStoredOrigin()
    return storedOrigin(origin, { ...options, store, sealingKeys, input })
  }
  return {
    now: () => origin.now(),
    load: async (wanted, signal, refused) => (await stored()).load(wanted, signal, refused),
    forget: async (token) => (await stored()).forget(token),
  }
}
