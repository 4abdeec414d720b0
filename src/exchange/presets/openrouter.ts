// OpenRouter's workload identity federation: RFC 8693 as a form.
// https://openrouter.ai/docs/guides/overview/auth/workload-identity-federation

import * as v from 'valibot'
import { check } from '../../check.ts'
import { grantStep } from '../grants.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, opaque, tokenEntries } from '../options.ts'
import type { EndpointOptions, ExchangePreset, TokenOptions } from '../preset.ts'

/** What OpenRouter must be told. */
export interface OpenRouterOptions extends TokenOptions, EndpointOptions {
  /** The id of the federation policy. */
  readonly federationPolicyId: string
  /** As the federation policy has it. */
  readonly audience: string
}

/**
 * OpenRouter: an access token for its API, which lives for 15 minutes at most and never longer than the token of AWS. So
 * each exchange is given a token that was minted for it. It lists RS256 and ES256 alone, of which AWS has RS256.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://openrouter.ai/docs/guides/overview/auth/workload-identity-federation
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function openRouterTokens(sts: StsClient) {
 *   const openRouter = presets.openRouter({ federationPolicyId: 'fp_123', audience: 'https://openrouter.ai' })
 *   return createTokenExchange(openRouter, createTokenSource({ sts, ...openRouter.tokenRequest }))
 * }
 * ```
 */
export function openRouter(options: OpenRouterOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const exchange = {
    steps: [
      grantStep('token-exchange', {
        endpoint: own.tokenEndpoint ?? new URL('https://openrouter.ai/api/v1/oauth/token'),
        parameters: { federation_policy_id: own.federationPolicyId },
      }),
    ],
    remedies: [],
    tokenUse: 'until it ends',
  } as const
  return makeExchangePreset(
    {
      name: 'openRouter',
      party: 'OpenRouter',
      signingAlgorithms: ['RS256'],
      algorithmRefusal: 'its documentation lists RS256 and ES256 alone',
      exchange,
      registration: ({ issuer, subject }) => ({
        where: 'Settings, Workload identity, where OpenRouter has enabled it',
        fields: [
          { name: 'Issuer', value: issuer },
          { name: 'Policy, subject', value: subject },
          { name: 'Policy, audience', value: own.audience },
        ],
        documentation: 'https://openrouter.ai/docs/guides/overview/auth/workload-identity-federation',
      }),
    },
    own,
  )
}

export const schema = v.strictObject(
  {
    federationPolicyId: opaque('the id of the federation policy'),
    audience,
    ...tokenEntries('RS256', 900),
    ...endpointEntries,
  },
  'must be an object',
)
