// Keeps token sources for many requests, made as they are asked for: a bounded number, for listed audiences alone.

import * as v from 'valibot'
import { InputError } from '../errors.ts'
import { Recent } from '../recent.ts'
import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import { text } from '../sts/session-input.ts'
import { checkRequest, type TokenRequest } from './request.ts'
import type { TokenSource } from './source.ts'

/** Which audiences may be asked for, and how many sources are kept. */
export interface KeptSourcesOptions {
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

const wholeNumber = 'must be a whole number of at least 1'

export const keptSourcesOptions = {
  audiences: v.pipe(
    v.array(text(1, 1000), 'must be an array of strings'),
    v.minLength(1, 'must name at least one audience'),
  ),
  maxSources: v.optional(
    v.pipe(v.number(wholeNumber), v.integer(wholeNumber), v.minValue(1, wholeNumber)),
    100,
  ),
}

/** @param preset what holds for each request that does not say otherwise */
export function keptSources(
  { audiences, maxSources }: { readonly audiences: readonly string[]; readonly maxSources: number },
  preset: Omit<TokenRequest, 'audience'>,
  create: (input: GetWebIdentityTokenInput) => TokenSource,
): TokenSources {
  const allowed = new Set(audiences)
  const sources = new Recent<TokenSource>(maxSources)
  return {
    sourceFor(request) {
      // Checked without the other options, none of which a request may change.
      const input = checkRequest({
        ...request,
        signingAlgorithm: request.signingAlgorithm ?? preset.signingAlgorithm,
        durationSeconds: request.durationSeconds ?? preset.durationSeconds,
        tags: request.tags ?? preset.tags,
      })
      if (!input.audience.every((each) => allowed.has(each))) {
        throw new InputError('audience', 'must be one of the audiences that may be asked for')
      }
      const { audience, signingAlgorithm, durationSeconds, tags } = input
      const key = JSON.stringify([
        audience,
        signingAlgorithm,
        durationSeconds,
        tags?.map((tag) => [tag.key, tag.value]),
      ])
      const kept = sources.get(key)
      if (kept !== undefined) return kept
      const source = create(input)
      sources.set(key, source)
      return source
    },
  }
}
