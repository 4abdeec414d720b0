// Makes a source of tokens that AWS STS mints.

import * as v from 'valibot'
import { check } from '../check.ts'
import { onDemand } from '../on-demand.ts'
import { ownMembers } from '../own-members.ts'
import { checkMinimumValidity, type FreshnessOptions, freshness } from './freshness-options.ts'
import { isMinter, type Minter } from './minter.ts'
import { checkRequest, lifetimeOf, type TokenRequest } from './request.ts'
import { sourceOf, type TokenSource } from './source.ts'
import { checkStore, type StoreOptions, storeOptions } from './store-options.ts'

/** What a token source is made of. */
export type TokenSourceOptions = TokenRequest &
  FreshnessOptions &
  StoreOptions & {
    /** The client that mints. */
    readonly sts: Minter
  }

/**
 * A source that always has a fresh token: it mints once for all who ask, keeps the token until it is stale, and renews it
 * ahead, after 70 to 85 % of its lifetime (or earlier, so that it is ahead of `minimumValidity`), without holding anybody up. A renewal that fails is noticed by nobody while
 * the token is good, and tried again after a backoff. Make one for each audience and keep it, at module scope.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 * @example
 * ```ts
 * import { createTokenSource, StsClient } from 'aws-web-identity'
 * import { defaultProvider } from 'aws-web-identity/credentials'
 *
 * const source = createTokenSource({
 *   sts: new StsClient({ region: 'eu-central-1', credentials: defaultProvider() }),
 *   audience: 'https://api.example.com',
 *   signingAlgorithm: 'ES384',
 * })
 *
 * export async function callApi() {
 *   const headers = { authorization: `Bearer ${await source.getToken()}` }
 *   return fetch('https://api.example.com/', { headers })
 * }
 * ```
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { audience, signingAlgorithm, durationSeconds, tags, ...others } = ownMembers(options)
  const input = checkRequest({ audience, signingAlgorithm, durationSeconds, tags })
  const settings = check(schema, others, 'options')
  const most = lifetimeOf(input) * 0.9
  checkMinimumValidity(settings.minimumValidity, most)
  const unknownCaller =
    settings.sts.describeCaller === undefined ? 'this sts does not describe its caller' : undefined
  checkStore({ ...settings, unknownCaller })
  const make = async () => {
    const { mintingRenewal } = await loadMinting()
    return mintingRenewal(input, { ...settings, loadStoredOrigin })
  }
  return sourceOf(make, settings.timeout, most)
}

const loadMinting = onDemand(() => import('./minting.ts'))
const loadStoredOrigin = onDemand(() => import('./stored-origin.ts'))

const schema = v.strictObject(
  {
    ...freshness,
    ...storeOptions,
    sts: v.custom<Minter>(isMinter, 'must be an StsClient'),
  },
  'must be an object',
)
