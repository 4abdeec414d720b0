// Tailscale's workload identity federation: a form with parameters of its own, and the reply of RFC 6749.
// https://tailscale.com/docs/features/workload-identity-federation

import * as v from 'valibot'
import { check } from '../../check.ts'
import { tokenEndpointStep } from '../grants.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, opaque, tokenEntries } from '../options.ts'
import type { EndpointOptions, ExchangePreset, TokenOptions } from '../preset.ts'

/** What Tailscale must be told. */
export interface TailscaleOptions extends TokenOptions, EndpointOptions {
  /** The client id of the federated identity. */
  readonly clientId: string
  /** `api.tailscale.com/<client id>` when absent. */
  readonly audience?: string | undefined
}

/**
 * Tailscale: an access token for its API. Which algorithms it takes is not documented; RS256 is asked for unless told
 * otherwise.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://tailscale.com/docs/features/workload-identity-federation
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function tailscaleTokens(sts: StsClient) {
 *   const tailscale = presets.tailscale({ clientId: 'k123CNTRL' })
 *   return createTokenExchange(tailscale, createTokenSource({ sts, ...tailscale.tokenRequest }))
 * }
 * ```
 */
export function tailscale(options: TailscaleOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const tokenAudience = own.audience ?? `api.tailscale.com/${own.clientId}`
  const exchange = {
    steps: [
      tokenEndpointStep((token) => ({ client_id: own.clientId, jwt: token }), {
        endpoint: own.tokenEndpoint ?? new URL('https://api.tailscale.com/api/v2/oauth/token-exchange'),
      }),
    ],
    remedies: [],
    tokenUse: 'any',
  } as const
  return makeExchangePreset(
    {
      name: 'tailscale',
      party: 'Tailscale',
      signingAlgorithms: ['RS256', 'ES384'],
      exchange,
      registration: ({ issuer, subject }) => ({
        where: 'Settings, Trust credentials, Credential, OpenID Connect',
        fields: [
          { name: 'Issuer', value: issuer },
          { name: 'Subject', value: subject },
          { name: 'Audience', value: tokenAudience },
        ],
        documentation: 'https://tailscale.com/docs/features/workload-identity-federation',
      }),
    },
    { ...own, audience: tokenAudience },
  )
}

export const schema = v.strictObject(
  {
    clientId: opaque('the client id of the federated identity'),
    audience: v.optional(audience),
    ...tokenEntries('RS256', 300),
    ...endpointEntries,
  },
  'must be an object',
)
