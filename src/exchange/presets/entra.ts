// Microsoft Entra's workload identity federation: the token is the client's assertion, RFC 7523 section 2.2.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow

import * as v from 'valibot'
import { check } from '../../check.ts'
import { grantStep } from '../grants.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, identifier, tokenEntries, uuid } from '../options.ts'
import type { EndpointOptions, ExchangePreset, Remedy, TokenOptions } from '../preset.ts'

/** What Microsoft Entra must be told. */
export interface EntraOptions extends TokenOptions, EndpointOptions {
  /** The directory (tenant): its id, a UUID, or one of its domains. */
  readonly tenant: string
  /** The application (client) id, of an app registration or a user-assigned managed identity. */
  readonly clientId: string
  /** One resource with `/.default`, such as `https://graph.microsoft.com/.default`. */
  readonly scope: string
  /** As entered at the credential; `api://AzureADTokenExchange` when absent, which other clouds have otherwise. */
  readonly audience?: string | undefined
}

/**
 * Microsoft Entra: an access token for Microsoft Graph, Azure, or an API of your own. It takes RS256 alone, and tokens
 * with exactly one audience.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed: `signingAlgorithm` for ES384, which
 * Entra would refuse with AADSTS5002738.
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function graphTokens(sts: StsClient) {
 *   const entra = presets.entra({
 *     tenant: '11111111-2222-4333-8444-555555555555',
 *     clientId: '66666666-7777-4888-9999-000000000000',
 *     scope: 'https://graph.microsoft.com/.default',
 *   })
 *   return createTokenExchange(entra, createTokenSource({ sts, ...entra.tokenRequest }))
 * }
 * ```
 */
export function entra(options: EntraOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const exchange = {
    steps: [
      grantStep('client-credentials', {
        endpoint:
          own.tokenEndpoint ?? new URL(`https://login.microsoftonline.com/${own.tenant}/oauth2/v2.0/token`),
        parameters: { client_id: own.clientId, scope: own.scope },
      }),
    ],
    remedies,
    tokenUse: 'any',
  } as const
  return makeExchangePreset(
    {
      name: 'entra',
      party: 'Microsoft Entra',
      signingAlgorithms: ['RS256'],
      algorithmRefusal: 'it refuses ES384 with AADSTS5002738',
      exchange,
      registration: ({ issuer, subject }) => ({
        where:
          'App registrations (or Managed identities), the application, Certificates & secrets, Federated credentials, Other issuer',
        fields: [
          { name: 'Issuer', value: issuer },
          { name: 'Subject identifier', value: subject },
          { name: 'Audience', value: own.audience },
        ],
        documentation:
          'https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust',
      }),
    },
    own,
  )
}

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
const remedies: readonly Remedy[] = [
  {
    when: /\bAADSTS70021\b/,
    remedy:
      'Wait some minutes if the federated credential is new; else compare its issuer, subject and audience with those of the token.',
  },
  {
    when: /\bAADSTS70021[123]\b/,
    remedy:
      "Compare the federated credential's issuer, subject and audience with those of the token: they must be equal to the letter.",
  },
  { when: /\bAADSTS5002738\b/, remedy: 'Ask AWS for RS256.' },
  {
    when: /\bAADSTS700016\b/,
    remedy: 'The application is not in this tenant: check `clientId` and `tenant`.',
  },
  { when: /\bAADSTS9000(?:2|23)\b/, remedy: 'There is no such tenant: check `tenant`.' },
  { when: /\bAADSTS500011\b/, remedy: 'The tenant does not know the resource: check `scope`.' },
]

export const schema = v.strictObject(
  {
    tenant: identifier(
      /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?:[\da-z](?:[\da-z-]{0,61}[\da-z])?\.)+[a-z]{2,63})$/i,
      "must be the tenant's id, a UUID, or one of its domains, such as contoso.onmicrosoft.com",
    ),
    clientId: uuid('the application (client) id'),
    scope: identifier(
      /^[\x21\x23-\x5b\x5d-\x7e]+\/\.default$/,
      'must be one resource with /.default, such as https://graph.microsoft.com/.default',
    ),
    audience: v.optional(audience, 'api://AzureADTokenExchange'),
    ...tokenEntries('RS256', 300),
    ...endpointEntries,
  },
  'must be an object',
)
