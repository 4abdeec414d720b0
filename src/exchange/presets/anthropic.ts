// Anthropic's workload identity federation: RFC 7523 as JSON.
// https://platform.claude.com/docs/en/manage-claude/wif-reference

import * as v from 'valibot'
import { check } from '../../check.ts'
import { grantStep } from '../grants.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, opaque, tokenEntries, uuid } from '../options.ts'
import type { EndpointOptions, ExchangePreset, TokenOptions } from '../preset.ts'

/** What Anthropic must be told. */
export interface AnthropicOptions extends TokenOptions, EndpointOptions {
  /** The id of the federation rule: `fdrl_…`. */
  readonly federationRuleId: string
  /** The id of the organization, a UUID. */
  readonly organizationId: string
  /** The id of the service account, `svac_…`, where the rule is for one. */
  readonly serviceAccountId?: string | undefined
  /** The id of the workspace, `wrkspc_…` or `default`, where the rule covers several. */
  readonly workspaceId?: string | undefined
  /** As entered at the issuer; `https://api.anthropic.com` when absent. */
  readonly audience?: string | undefined
}

/**
 * Anthropic: an access token for the Claude API. It takes each token of AWS once (by its `jti`), so each exchange, and
 * each retry of one, is given a token that was minted for it.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://platform.claude.com/docs/en/manage-claude/wif-providers/aws
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function claudeTokens(sts: StsClient) {
 *   const anthropic = presets.anthropic({
 *     federationRuleId: 'fdrl_123',
 *     organizationId: '11111111-2222-4333-8444-555555555555',
 *     serviceAccountId: 'svac_456',
 *   })
 *   return createTokenExchange(anthropic, createTokenSource({ sts, ...anthropic.tokenRequest }))
 * }
 * ```
 */
export function anthropic(options: AnthropicOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const exchange = {
    steps: [
      grantStep('jwt-bearer', {
        endpoint: own.tokenEndpoint ?? new URL('https://api.anthropic.com/v1/oauth/token'),
        bodyFormat: 'json',
        // As its own SDK asks for this part of the API.
        headers: { 'anthropic-beta': 'oauth-2025-04-20,oidc-federation-2026-04-01' },
        parameters: {
          federation_rule_id: own.federationRuleId,
          organization_id: own.organizationId,
          service_account_id: own.serviceAccountId,
          workspace_id: own.workspaceId,
        },
      }),
    ],
    remedies: [],
    tokenUse: 'once',
  } as const
  return makeExchangePreset(
    {
      name: 'anthropic',
      party: 'Anthropic',
      signingAlgorithms: ['ES384', 'RS256'],
      exchange,
      registration: ({ issuer, subject }) => ({
        where: 'Console, Settings, Workload identity',
        fields: [
          { name: 'Issuer URL', value: issuer },
          { name: 'Subject', value: subject },
          { name: 'Audience', value: own.audience },
        ],
        documentation: 'https://platform.claude.com/docs/en/manage-claude/wif-providers/aws',
      }),
    },
    own,
  )
}

export const schema = v.strictObject(
  {
    federationRuleId: opaque('the id of the federation rule (fdrl_…)'),
    organizationId: uuid('the id of the organization'),
    serviceAccountId: v.optional(opaque('the id of the service account (svac_…)')),
    workspaceId: v.optional(opaque('the id of the workspace (wrkspc_… or default)')),
    audience: v.optional(audience, 'https://api.anthropic.com'),
    // The access token lives for twice what the token has left, at the most.
    ...tokenEntries('ES384', 1800),
    ...endpointEntries,
  },
  'must be an object',
)
