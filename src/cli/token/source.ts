// What gives the token that is wanted: AWS, or a relying party that trades AWS's for one of its own.

import { createTokenExchange } from '../../exchange/create-token-exchange.ts'
import type { ExchangePreset } from '../../exchange/preset.ts'
import type { CallOptions } from '../../query/call-options.ts'
import type { GetWebIdentityTokenInput } from '../../sts/get-web-identity-token-input.ts'
import { createTokenSource } from '../../token-source/create-token-source.ts'
import type { FreshnessOptions } from '../../token-source/freshness-options.ts'
import type { Minter } from '../../token-source/minter.ts'
import type { Minted } from './formats.ts'

/** Always has a fresh one. */
export interface MintedSource {
  get(options?: CallOptions): Promise<Minted>
  /** Drops what it has. */
  invalidate(): Promise<void>
  dispose(): Promise<void>
}

/** How it is kept fresh, and who is told. */
export type MintedSourceOptions = Pick<FreshnessOptions, 'minimumValidity' | 'onEvent'>

export function awsSource(
  sts: Minter,
  request: GetWebIdentityTokenInput,
  options: MintedSourceOptions,
): MintedSource {
  const source = createTokenSource({ ...request, sts, ...options })
  return {
    async get(callOptions) {
      const { webIdentityToken, expiration } = await source.get(callOptions)
      return { kind: 'web identity', token: webIdentityToken, expiration }
    },
    invalidate: () => source.invalidate(),
    dispose: () => source[Symbol.asyncDispose](),
  }
}

export function exchangeSource(
  sts: Minter,
  preset: ExchangePreset,
  options: MintedSourceOptions,
): MintedSource {
  const source = createTokenSource({ ...preset.tokenRequest, sts })
  const access = createTokenExchange(preset, source, options)
  return {
    async get(callOptions) {
      const { accessToken, expiration, scope } = await access.get(callOptions)
      return { kind: 'access', token: accessToken, expiration, scope }
    },
    invalidate: () => access.invalidate(),
    async dispose() {
      await access[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    },
  }
}
