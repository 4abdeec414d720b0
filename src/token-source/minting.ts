// A renewal that mints, with a store in front of it where there is one.

import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import { REFRESH_AHEAD } from './fresh-token.ts'
import type { Minter } from './minter.ts'
import { Renewal, type RenewalOptions } from './renewal.ts'
import type { SlotOptions } from './slot.ts'
import { stsOrigin } from './sts-origin.ts'
import { type WithStoreOptions, withStore } from './with-store.ts'

export interface MintingOptions
  extends Omit<WithStoreOptions, keyof SlotOptions>,
    Omit<RenewalOptions, 'refreshAhead'> {
  readonly sts: Minter
  readonly principal?: string | undefined
}

export function mintingRenewal(
  input: GetWebIdentityTokenInput,
  options: MintingOptions,
  refreshAhead: RenewalOptions['refreshAhead'] = REFRESH_AHEAD,
): Renewal {
  const { sts, principal, onEvent } = options
  const origin = withStore(stsOrigin(sts, input, onEvent), {
    ...options,
    kind: 'web-identity-token',
    async distinguish(signal) {
      const { audience, signingAlgorithm, durationSeconds, tags } = input
      const caller = await sts.describeCaller?.({ signal })
      return [caller, principal, audience, signingAlgorithm, durationSeconds, tags]
    },
  })
  return new Renewal(origin, { ...options, refreshAhead })
}
