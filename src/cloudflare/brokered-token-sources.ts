// The caller's side of a broker for many audiences: token sources whose tokens come from the Durable Objects that mint them.

import * as v from 'valibot'
import { check } from '../check.ts'
import { ownMembers } from '../own-members.ts'
import type { FreshnessOptions } from '../token-source/freshness-options.ts'
import {
  type KeptSourcesOptions,
  keptSources,
  keptSourcesOptions,
  type TokenSources,
} from '../token-source/kept-sources.ts'
import type { TokenRequest } from '../token-source/request.ts'
import { type BrokerNamespace, brokeredTokenSource } from './brokered-token-source.ts'

/** What holds for each source, unless a request says otherwise. */
export type BrokeredTokenSourcesOptions = Omit<TokenRequest, 'audience'> &
  FreshnessOptions &
  KeptSourcesOptions

/**
 * Keeps a brokered token source for each audience, for Workers that hand tokens to others.
 *
 * @param namespace the binding of the broker's class in `wrangler.toml`
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://developers.cloudflare.com/durable-objects/
 * @example
 * ```ts
 * import { type BrokerNamespace, brokeredTokenSources } from 'aws-web-identity/cloudflare'
 *
 * export async function tokenFor(audience: string, env: { BROKER: BrokerNamespace; AUDIENCES: string[] }) {
 *   const sources = brokeredTokenSources(env.BROKER, { audiences: env.AUDIENCES, signingAlgorithm: 'ES384' })
 *   return sources.sourceFor({ audience }).getToken()
 * }
 * ```
 */
export function brokeredTokenSources(
  namespace: BrokerNamespace,
  options: BrokeredTokenSourcesOptions,
): TokenSources {
  const { audiences, maxSources, ...common } = ownMembers(options)
  const settings = check(schema, { audiences, maxSources }, 'options')
  // None of it is kept: the options are checked here, and not at the first request.
  brokeredTokenSource(namespace, { ...common, audience: settings.audiences.slice(0, 1) })
  return keptSources(settings, common, (input) => brokeredTokenSource(namespace, { ...common, ...input }))
}

const schema = v.strictObject(keptSourcesOptions, 'must be an object')
