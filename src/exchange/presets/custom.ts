// A party of which nothing is known here: the caller says what it wants.

import * as v from 'valibot'
import { check } from '../../check.ts'
import { InputError } from '../../errors.ts'
import { ownMembers } from '../../own-members.ts'
import type { SigningAlgorithm } from '../../sts/get-web-identity-token-input.ts'
import type { Tag } from '../../sts/session-input.ts'
import type { TokenRequest } from '../../token-source/request.ts'
import { type BodyFormat, type Grant, grantStep } from '../grants.ts'
import { makeExchangePreset, makePreset } from '../make-preset.ts'
import { secureUrl } from '../options.ts'
import type { ExchangePreset, Preset, TokenExchange } from '../preset.ts'

/** A token endpoint, and what it wants. */
export interface CustomExchange {
  /** https, or http on loopback. */
  readonly tokenEndpoint: string | URL
  /**
   * How the token is shown: as the subject of a token exchange (RFC 8693), as the grant (RFC 7523 section 2.1), or as the
   * client's credentials (RFC 7523 section 2.2).
   */
  readonly grant: Grant
  /** What else is sent, such as `client_id`, `scope`, `resource`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** `form` when absent, as the RFCs have it. */
  readonly bodyFormat?: BodyFormat | undefined
  /** Headers besides, such as the version of an API. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * `once` where the party takes each token once, `until it ends` where its access token ends with it: each exchange is
   * then given a token that was minted for it. `any` when absent.
   */
  readonly tokenUse?: TokenExchange['tokenUse'] | undefined
}

/** What is to be known of a party. */
export interface CustomOptions extends TokenRequest {
  /** How the party is called in errors; `the party` when absent. */
  readonly party?: string | undefined
  /** The algorithms that it takes; the one of `signingAlgorithm` when absent. */
  readonly signingAlgorithms?: readonly SigningAlgorithm[] | undefined
  /** How the token is traded; absent where the party takes the token itself. */
  readonly exchange?: CustomExchange | undefined
}

/**
 * Any other party: an authorization server that trusts your account's issuer.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://www.rfc-editor.org/rfc/rfc8693
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function tokens(sts: StsClient) {
 *   const party = presets.custom({
 *     party: 'Example',
 *     audience: 'https://auth.example.com',
 *     signingAlgorithm: 'ES384',
 *     exchange: {
 *       tokenEndpoint: 'https://auth.example.com/token',
 *       grant: 'token-exchange',
 *       parameters: { client_id: 'worker', resource: 'https://api.example.com' },
 *     },
 *   })
 *   return createTokenExchange(party, createTokenSource({ sts, ...party.tokenRequest }))
 * }
 * ```
 */
export function custom(options: CustomOptions & { readonly exchange: CustomExchange }): ExchangePreset
export function custom(options: CustomOptions): Preset
export function custom(options: CustomOptions): Preset {
  const own = check(schema, options, 'options')
  const { party, exchange, audience, signingAlgorithm, durationSeconds, tags } = own
  const facts = {
    name: 'custom',
    party,
    signingAlgorithms: own.signingAlgorithms ?? [signingAlgorithm],
    registration: ({ issuer, subject }: { issuer: string; subject: string }) => ({
      where: party,
      fields: [
        { name: 'Issuer', value: issuer },
        { name: 'Subject', value: subject },
        { name: 'Audience', value: [audience].flat().join(' ') },
      ],
      documentation: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html',
    }),
  }
  const request = { audience, signingAlgorithm, durationSeconds, tags }
  return exchange === undefined
    ? makePreset(facts, request)
    : makeExchangePreset({ ...facts, exchange: exchangeOf(exchange) }, request)
}

/** The parameters in which the token is shown, and headers that are not the caller's to set. */
const OWN_PARAMETERS =
  /^(?:grant_type|subject_token|subject_token_type|assertion|client_assertion|client_assertion_type)$/
const OWN_HEADERS = /^(?:accept|connection|content-length|content-type|expect|host|transfer-encoding)$/i

function exchangeOf(exchange: v.InferOutput<typeof exchangeSchema>): TokenExchange {
  const { tokenEndpoint, grant, parameters, bodyFormat, headers, tokenUse } = exchange
  for (const name of Object.keys(parameters)) {
    if (OWN_PARAMETERS.test(name)) {
      throw new InputError(`exchange.parameters.${name}`, 'is set by the grant')
    }
  }
  for (const name of Object.keys(headers)) {
    if (OWN_HEADERS.test(name)) throw new InputError(`exchange.headers.${name}`, 'is set by the request')
  }
  return {
    steps: [grantStep(grant, { endpoint: tokenEndpoint, parameters, bodyFormat, headers })],
    remedies: [],
    tokenUse,
  }
}

const texts = v.record(v.string(), v.string('must be a string'), 'must be an object of strings')

const headers = v.pipe(
  v.optional(texts, {}),
  v.check((given) => {
    try {
      return new Headers(given) instanceof Headers
    } catch {
      return false
    }
  }, 'must be headers that can be sent'),
)

const exchangeSchema = v.strictObject(
  {
    tokenEndpoint: secureUrl,
    grant: v.picklist(
      ['token-exchange', 'jwt-bearer', 'client-credentials'],
      'must be "token-exchange", "jwt-bearer" or "client-credentials"',
    ),
    parameters: v.optional(texts, {}),
    bodyFormat: v.optional(v.picklist(['form', 'json'], 'must be "form" or "json"'), 'form'),
    headers,
    tokenUse: v.optional(
      v.picklist(['once', 'until it ends', 'any'], 'must be "once", "until it ends" or "any"'),
      'any',
    ),
  },
  'must be an object',
)

export const schema = v.strictObject(
  {
    party: v.optional(v.pipe(v.string('must be a string'), v.minLength(1, 'must not be empty')), 'the party'),
    audience: v.custom<TokenRequest['audience']>(() => true),
    signingAlgorithm: v.custom<SigningAlgorithm>(() => true),
    durationSeconds: v.optional(v.custom<number>(() => true)),
    tags: v.optional(v.custom<readonly Tag[]>(() => true)),
    signingAlgorithms: v.optional(
      v.array(v.picklist(['RS256', 'ES384'], 'must be "RS256" or "ES384"'), 'must be an array'),
    ),
    exchange: v.optional(
      v.pipe(
        v.custom<object>((value) => typeof value === 'object' && value !== null, 'must be an object'),
        v.transform(ownMembers),
        exchangeSchema,
      ),
    ),
  },
  'must be an object',
)
