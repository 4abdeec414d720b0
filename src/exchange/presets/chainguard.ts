// Chainguard's assumable identities: an exchange of its own, the token as bearer, as its SDK does it.
// https://edu.chainguard.dev/chainguard/administration/assumable-ids/identity-examples/aws-identity-oidc/

import * as v from 'valibot'
import { check } from '../../check.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, identifier, tokenEntries } from '../options.ts'
import type { EndpointOptions, ExchangePreset, TokenOptions } from '../preset.ts'
import { type JsonObject, json, type ReplyContext, UnusableReply } from '../step.ts'
import { accessToken, lifetimeOfToken } from '../token-response.ts'

/** What Chainguard must be told. */
export interface ChainguardOptions extends TokenOptions, EndpointOptions {
  /** The id of the assumable identity, its UIDP. */
  readonly identity: string
  /** Whom the access token is for; Chainguard's API, `https://console-api.enforce.dev`, when absent. */
  readonly accessAudience?: string | undefined
  /** `https://issuer.enforce.dev` when absent. */
  readonly audience?: string | undefined
}

/**
 * Chainguard: a token of an assumable identity, for its API or, with `accessAudience: 'cgr.dev'`, its registry.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://edu.chainguard.dev/chainguard/administration/assumable-ids/identity-examples/aws-identity-oidc/
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function chainguardTokens(sts: StsClient) {
 *   const chainguard = presets.chainguard({ identity: '720909c9f5279097d847ad02a2f24ba8f59de36a/b6461e99e132298f' })
 *   return createTokenExchange(chainguard, createTokenSource({ sts, ...chainguard.tokenRequest }))
 * }
 * ```
 */
export function chainguard(options: ChainguardOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const exchange = {
    steps: [
      {
        endpoint: own.tokenEndpoint ?? new URL('https://issuer.enforce.dev/sts/exchange'),
        request: (token: string) =>
          json({ aud: [own.accessAudience], identity: own.identity }, { authorization: `Bearer ${token}` }),
        read(reply: JsonObject, context: ReplyContext) {
          const value = accessToken(reply['token'], 'token')
          const lifetime = lifetimeOfToken(value, context)
          if (lifetime === undefined) throw new UnusableReply('its token tells no lifetime')
          return { value, lifetime }
        },
      },
    ],
    remedies: [],
    tokenUse: 'any',
  } as const
  return makeExchangePreset(
    {
      name: 'chainguard',
      party: 'Chainguard',
      signingAlgorithms: ['ES384', 'RS256'],
      exchange,
      registration: ({ issuer, subject }) => ({
        where: 'chainctl iam identities create, or Terraform: chainguard_identity, claim_match',
        fields: [
          { name: 'issuer', value: issuer },
          { name: 'subject', value: subject },
          { name: 'audience', value: own.audience },
        ],
        documentation:
          'https://edu.chainguard.dev/chainguard/administration/assumable-ids/identity-examples/aws-identity-oidc/',
      }),
    },
    own,
  )
}

export const schema = v.strictObject(
  {
    identity: identifier(/^[\da-f]{16,64}(?:\/[\da-f]{16,64})*$/, 'must be the id of the identity, its UIDP'),
    accessAudience: v.optional(audience, 'https://console-api.enforce.dev'),
    audience: v.optional(audience, 'https://issuer.enforce.dev'),
    ...tokenEntries('ES384', 300),
    ...endpointEntries,
  },
  'must be an object',
)
