// Token sources for many audiences at once, each of which mints for itself.

import * as v from 'valibot'
import { check } from '../check.ts'
import { ownMembers } from '../own-members.ts'
import { createTokenSource } from './create-token-source.ts'
import type { FreshnessOptions } from './freshness-options.ts'
import {
  type KeptSourcesOptions,
  keptSources,
  keptSourcesOptions,
  type TokenSources,
} from './kept-sources.ts'
import type { Minter } from './minter.ts'
import type { TokenRequest } from './request.ts'
import type { StoreOptions } from './store-options.ts'

/** What token sources for many audiences are made of: what holds for each of them, unless a request says otherwise. */
export type TokenSourcesOptions = Omit<TokenRequest, 'audience'> &
  FreshnessOptions &
  StoreOptions &
  KeptSourcesOptions & {
    /** The client that mints. */
    readonly sts: Minter
  }

/**
 * Keeps a token source for each audience, so that a program that calls many receivers need not name them one by one.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 * @example
 * ```ts
 * import { createTokenSources, StsClient } from 'aws-web-identity'
 * import { defaultProvider } from 'aws-web-identity/credentials'
 *
 * const sources = createTokenSources({
 *   sts: new StsClient({ region: 'eu-central-1', credentials: defaultProvider() }),
 *   audiences: ['https://api.example.com', 'https://billing.example.com'],
 *   signingAlgorithm: 'ES384',
 * })
 *
 * export function tokenFor(audience: string) {
 *   return sources.sourceFor({ audience }).getToken()
 * }
 * ```
 */
export function createTokenSources(options: TokenSourcesOptions): TokenSources {
  const { audiences, maxSources, ...common } = ownMembers(options)
  const settings = check(schema, { audiences, maxSources }, 'options')
  // None of it is kept: the options are checked here, and not at the first request.
  createTokenSource({ ...common, audience: settings.audiences.slice(0, 1) })
  return keptSources(settings, common, (input) => createTokenSource({ ...common, ...input }))
}

const schema = v.strictObject(keptSourcesOptions, 'must be an object')
