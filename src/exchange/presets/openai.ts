// OpenAI's workload identity federation: RFC 8693 as JSON.
// https://developers.openai.com/api/reference/workload-identity-federation

import * as v from 'valibot'
import { check } from '../../check.ts'
import { grantStep } from '../grants.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, opaque, tokenEntries } from '../options.ts'
import type { EndpointOptions, ExchangePreset, TokenOptions } from '../preset.ts'

/** What OpenAI must be told. */
export interface OpenAiOptions extends TokenOptions, EndpointOptions {
  /** The id of the workload identity provider. */
  readonly identityProviderId: string
  /** The id of the service account that the mapping leads to. */
  readonly serviceAccountId: string
  /** As entered at the provider; `https://api.openai.com/v1` when absent. */
  readonly audience?: string | undefined
}

/**
 * OpenAI: an access token for its API, which lives for an hour at most and never longer than the token of AWS. So each
 * exchange is given a token that was minted for it, of an hour unless told otherwise.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://developers.openai.com/api/docs/guides/workload-identity-federation/aws
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function openAiTokens(sts: StsClient) {
 *   const openai = presets.openai({ identityProviderId: 'idp_123', serviceAccountId: 'sa_456' })
 *   return createTokenExchange(openai, createTokenSource({ sts, ...openai.tokenRequest }))
 * }
 * ```
 */
export function openai(options: OpenAiOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const exchange = {
    steps: [
      grantStep('token-exchange', {
        endpoint: own.tokenEndpoint ?? new URL('https://auth.openai.com/oauth/token'),
        bodyFormat: 'json',
        parameters: {
          identity_provider_id: own.identityProviderId,
          service_account_id: own.serviceAccountId,
        },
      }),
    ],
    remedies: [],
    tokenUse: 'until it ends',
  } as const
  return makeExchangePreset(
    {
      name: 'openai',
      party: 'OpenAI',
      signingAlgorithms: ['ES384', 'RS256'],
      exchange,
      registration: ({ issuer, subject }) => ({
        where: 'Organization settings, Security, Workload identity provider',
        fields: [
          { name: 'Issuer URL', value: issuer },
          { name: 'Audience', value: own.audience },
          { name: 'Mapping, sub', value: subject },
        ],
        documentation: 'https://developers.openai.com/api/docs/guides/workload-identity-federation/aws',
      }),
    },
    own,
  )
}

export const schema = v.strictObject(
  {
    identityProviderId: opaque('the id of the workload identity provider'),
    serviceAccountId: opaque('the id of the service account'),
    audience: v.optional(audience, 'https://api.openai.com/v1'),
    ...tokenEntries('ES384', 3600),
    ...endpointEntries,
  },
  'must be an object',
)
