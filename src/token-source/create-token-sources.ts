// Token sources for many audiences at once, made as they are asked for.

import * as v from 'valibot'
import { check, ownMembers } from '../check.ts'
import { InputError } from '../errors.ts'
import { text } from '../sts/session-input.ts'
import { createTokenSource } from './create-token-source.ts'
import type { FreshnessOptions } from './freshness-options.ts'
import type { Minter } from './minter.ts'
import { checkRequest, type TokenRequest } from './request.ts'
import type { TokenSource } from './source.ts'
import type { StoreOptions } from './store-options.ts'

/** What token sources for many audiences are made of: what holds for each of them, unless a request says otherwise. */
export type TokenSourcesOptions = Omit<TokenRequest, 'audience'> &
  FreshnessOptions &
  StoreOptions & {
    /** The client that mints. */
    readonly sts: Minter
    /** Every audience that may be asked for. It is required, since audiences often come from somebody else's input. */
    readonly audiences: readonly string[]
    /** How many sources are kept, at least 1; 100 when absent. The one that was asked for least recently is dropped. */
    readonly maxSources?: number | undefined
  }

/** For whom a token is, and what is to differ from the options. */
export type TokenSourceRequest = Pick<TokenRequest, 'audience'> & Partial<TokenRequest>

/** Token sources for many audiences. */
export interface TokenSources {
  /**
   * The source for these audiences in this order, this algorithm, duration and tags: the same one each time, as long as
   * it is kept. A source that was dropped goes on working for those who hold it.
   *
   * @throws {InputError} which names the member that is missing, unknown or malformed, and `audience` where one is not on
   * the list. It does not show the list.
   */
  sourceFor(request: TokenSourceRequest): TokenSource
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
  const { signingAlgorithm, durationSeconds, tags } = common
  const allowed = new Set(settings.audiences)
  const sources = new Map<string, TokenSource>()
  // None of it is kept: the options are checked here, and not at the first request.
  createTokenSource({ ...common, audience: settings.audiences.slice(0, 1) })

  return {
    sourceFor(request) {
      // Checked without the other options, none of which a request may change.
      const wanted = checkRequest({
        ...request,
        signingAlgorithm: request.signingAlgorithm ?? signingAlgorithm,
        durationSeconds: request.durationSeconds ?? durationSeconds,
        tags: request.tags ?? tags,
      })
      if (!wanted.audience.every((each) => allowed.has(each))) {
        throw new InputError('audience', 'must be one of the audiences that may be asked for')
      }
      const key = JSON.stringify([
        wanted.audience,
        wanted.signingAlgorithm,
        wanted.durationSeconds,
        wanted.tags?.map((tag) => [tag.key, tag.value]),
      ])
      const source = sources.get(key) ?? createTokenSource({ ...common, ...wanted })
      // A map is in the order in which its entries were set.
      sources.delete(key)
      sources.set(key, source)
      const [oldest] = sources.keys()
      if (sources.size > settings.maxSources && oldest !== undefined) sources.delete(oldest)
      return source
    },
  }
}

const wholeNumber = 'must be a whole number of at least 1'

const schema = v.strictObject(
  {
    audiences: v.pipe(
      v.array(text(1, 1000), 'must be an array of strings'),
      v.minLength(1, 'must name at least one audience'),
    ),
    maxSources: v.optional(
      v.pipe(v.number(wholeNumber), v.integer(wholeNumber), v.minValue(1, wholeNumber)),
      100,
    ),
  },
  'must be an object',
)
