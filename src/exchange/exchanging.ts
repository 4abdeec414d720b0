// A renewal that exchanges, with a store in front of it where there is one. It is loaded for the first token.

import type { Fetch } from '../http/fetch.ts'
import { standardRetryPolicy } from '../query/retry-policy.ts'
import { REFRESH_AHEAD } from '../token-source/fresh-token.ts'
import { type Arrival, type Origin, Renewal, type RenewalOptions } from '../token-source/renewal.ts'
import type { SlotOptions } from '../token-source/slot.ts'
import type { BearerSource } from '../token-source/source.ts'
import { type WithStoreOptions, withStore } from '../token-source/with-store.ts'
import { exchange } from './exchange.ts'
import type { ExchangeSettings } from './exchange-settings.ts'
import type { ExchangePreset } from './preset.ts'

/** What is traded, and at whom. */
interface Traded {
  readonly preset: ExchangePreset
  readonly source: BearerSource
}

interface ExchangingOptions
  extends Omit<WithStoreOptions, keyof SlotOptions>,
    Omit<RenewalOptions, 'refreshAhead'> {
  readonly principal?: string | undefined
  readonly fetch?: Fetch | undefined
  readonly maxAttempts: number
  readonly attemptTimeout: number
}

export function exchangeRenewal({ preset, source }: Traded, options: ExchangingOptions): Renewal {
  const { principal, maxAttempts, attemptTimeout } = options
  const settings: ExchangeSettings = {
    preset,
    source,
    fetch: options.fetch,
    attemptTimeout,
    retryPolicy: standardRetryPolicy(maxAttempts),
  }
  const origin = withStore(exchangeOrigin(settings), {
    ...options,
    kind: 'access-token',
    // Without a token the requests are what they are made of.
    distinguish: async () => [
      principal,
      preset.tokenRequest,
      preset.exchange.steps.map((step) => [step.endpoint.href, step.request('')]),
    ],
  })
  return new Renewal(origin, { ...options, refreshAhead: REFRESH_AHEAD })
}

function exchangeOrigin(settings: ExchangeSettings): Origin {
  return {
    now: () => Date.now(),
    async load(_, signal): Promise<Arrival> {
      const { value, lifetime, scope, askedAt } = await exchange(settings, signal)
      const times = { mintedAt: askedAt, expiresAt: askedAt + lifetime }
      return { token: { value, ...times, ...(scope !== undefined && { scope }) }, from: 'exchange' }
    },
    async forget() {},
  }
}
