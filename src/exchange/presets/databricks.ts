// Databricks' token federation: RFC 8693 as a form, at a workspace or at the account.
// https://docs.databricks.com/en/dev-tools/auth/oauth-federation-howto.html

import * as v from 'valibot'
import { check } from '../../check.ts'
import { InputError } from '../../errors.ts'
import { grantStep } from '../grants.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, scopes, tokenEntries, uuid } from '../options.ts'
import type { EndpointOptions, ExchangePreset, TokenOptions } from '../preset.ts'

/** What Databricks must be told. */
export interface DatabricksOptions extends TokenOptions, EndpointOptions {
  /** The host of the workspace, such as `dbc-a1b2c3d4-e5f6.cloud.databricks.com`, or of the account's console. */
  readonly host: string
  /** The account's id, a UUID, with the host of the account's console. */
  readonly accountId?: string | undefined
  /** The service principal's client id, a UUID, where the federation policy is one of its own. */
  readonly clientId?: string | undefined
  /** What the access token is for; `all-apis` when absent. */
  readonly scope?: string | undefined
  /** As the federation policy has it; the account's id, where that is given, when absent. */
  readonly audience?: string | undefined
}

/**
 * Databricks: an access token of a service principal, or of the user that an account's policy maps the token to. It lists
 * RS256 and ES256 alone, of which AWS has RS256.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://docs.databricks.com/en/dev-tools/auth/oauth-federation-policy
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function databricksTokens(sts: StsClient) {
 *   const databricks = presets.databricks({
 *     host: 'dbc-a1b2c3d4-e5f6.cloud.databricks.com',
 *     clientId: '11111111-2222-4333-8444-555555555555',
 *     audience: 'https://dbc-a1b2c3d4-e5f6.cloud.databricks.com',
 *   })
 *   return createTokenExchange(databricks, createTokenSource({ sts, ...databricks.tokenRequest }))
 * }
 * ```
 */
export function databricks(options: DatabricksOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const tokenAudience = own.audience ?? own.accountId
  if (tokenAudience === undefined) {
    throw new InputError('audience', 'is missing: it must be one of the federation policy')
  }
  const path = own.accountId === undefined ? '/oidc/v1/token' : `/oidc/accounts/${own.accountId}/v1/token`
  const exchange = {
    steps: [
      grantStep('token-exchange', {
        endpoint: own.tokenEndpoint ?? new URL(`https://${own.host}${path}`),
        parameters: { scope: own.scope, client_id: own.clientId },
      }),
    ],
    remedies: [],
    tokenUse: 'any',
  } as const
  return makeExchangePreset(
    {
      name: 'databricks',
      party: 'Databricks',
      signingAlgorithms: ['RS256'],
      algorithmRefusal: 'its documentation lists RS256 and ES256 alone',
      exchange,
      registration: ({ issuer, subject }) => ({
        where:
          own.clientId === undefined
            ? 'Account console, Settings, Authentication, Federation policies'
            : `Account console, the service principal ${own.clientId}, Credentials & secrets, Federation policies`,
        fields: [
          { name: 'Issuer URL', value: issuer },
          { name: 'Audiences', value: tokenAudience },
          { name: 'Subject', value: subject },
        ],
        documentation: 'https://docs.databricks.com/en/dev-tools/auth/oauth-federation-policy',
      }),
    },
    { ...own, audience: tokenAudience },
  )
}

export const schema = v.strictObject(
  {
    host: v.pipe(
      v.string('must be a string'),
      v.transform((given) => given.replace(/^https:\/\//, '').replace(/\/$/, '')),
      v.regex(
        /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{1,59})$/,
        'must be a host, such as dbc-a1b2c3d4-e5f6.cloud.databricks.com',
      ),
    ),
    accountId: v.optional(uuid("the account's id")),
    clientId: v.optional(uuid("the service principal's client id")),
    scope: v.optional(scopes, 'all-apis'),
    audience: v.optional(audience),
    ...tokenEntries('RS256', 900),
    ...endpointEntries,
  },
  'must be an object',
)
