/// <reference lib="esnext.disposable" preserve="true" />
// Makes a source of access tokens that a relying party gives in exchange for tokens of AWS.

import * as v from 'valibot'
import { check } from '../check.ts'
import type { Fetch } from '../http/fetch.ts'
import { isSecure } from '../http/secure-url.ts'
import { onDemand } from '../on-demand.ts'
import { ownMembers } from '../own-members.ts'
import { milliseconds } from '../query/option-schemas.ts'
import { type FreshnessOptions, freshness } from '../token-source/freshness-options.ts'
import { keptFresh } from '../token-source/kept-fresh.ts'
import type { BearerSource } from '../token-source/source.ts'
import { checkStore, type StoreOptions, storeOptions } from '../token-source/store-options.ts'
import type { TokenCallOptions } from '../token-source/token-call-options.ts'
import type { ExchangePreset } from './preset.ts'

/**
 * How access tokens are got and kept. `minimumValidity` and the others hold for them, not for the tokens of AWS; of a token
 * that lives for no longer than `minimumValidity`, as only its party knows before, as much is left as by default.
 */
export type TokenExchangeOptions = FreshnessOptions &
  StoreOptions & {
    /** In place of the global `fetch`, which is otherwise looked up at each request. */
    readonly fetch?: Fetch | undefined
    /** How many requests each step of an exchange may send, 1 to 100; 3 when absent, 1 for no retry. */
    readonly maxAttempts?: number | undefined
    /** The bound on one request (connection, headers and body), in milliseconds; 10,000 when absent. */
    readonly attemptTimeout?: number | undefined
  }

/** An access token, and when it ends. */
export interface AccessToken {
  readonly accessToken: string
  /** How it is shown: `Authorization: Bearer …` (RFC 6750). */
  readonly tokenType: 'Bearer'
  /**
   * When it ends, by this machine's clock: a party tells for how long the token lives. Where it does not, a token that is
   * a JWT tells it, and any other is taken to live for five minutes.
   */
  readonly expiration: Date
  /** What it is good for, where the party says so, separated by spaces. It may be less than was asked for. */
  readonly scope?: string
}

/**
 * Always has a fresh access token, in the manners of a `TokenSource`: one exchange for all who ask, renewal ahead, a pause
 * after a failure. Its functions need no `this`. It fits into `withWebIdentity` as well.
 */
export interface AccessTokenSource {
  /**
   * A fresh access token. It costs no request while one is kept.
   *
   * @param options with a `signal` that ends the wait of this caller alone, and the `minimumValidity` that he needs, up to what
   * the party gives. What SDKs pass besides is ignored.
   * @throws {ExchangeError} the party refused. @throws {ResponseError} no answer came, or none that is one, or a token that
   * has less left than this caller needs.
   * @throws {TimeoutError} @throws {WebIdentityError} what the source throws.
   */
  getToken(options?: TokenCallOptions): Promise<string>
  /** The same, with what else is known of it. */
  get(options?: TokenCallOptions): Promise<AccessToken>
  /** Drops the access token after a service has refused it: the current one, or that one if it still is the current one. */
  invalidate(token?: string): Promise<void>
  /** Ends an exchange under way and forgets the token. Who asks after that is refused with the code `disposed`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Trades the tokens of a source for access tokens of a relying party, and keeps them fresh. What the party would refuse by
 * its documentation (a token of another algorithm or audience) is not sent. Requests go over https, or http on loopback;
 * redirects are not followed; a network failure, HTTP 429, 500, 502, 503 and 504, `temporarily_unavailable` and
 * `server_error` are retried as the client retries, `Retry-After` included. No error and no event holds a token.
 *
 * @param preset of a party that has an exchange
 * @param source a `TokenSource` made with the preset's `tokenRequest`, or whatever gives such tokens
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://www.rfc-editor.org/rfc/rfc8693
 * @see https://www.rfc-editor.org/rfc/rfc7523
 * @example
 * ```ts
 * import { createTokenSource, StsClient, withWebIdentity } from 'aws-web-identity'
 * import { defaultProvider } from 'aws-web-identity/credentials'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * const sts = new StsClient({ region: 'eu-central-1', credentials: defaultProvider() })
 * const entra = presets.entra({
 *   tenant: 'contoso.onmicrosoft.com',
 *   clientId: '66666666-7777-4888-9999-000000000000',
 *   scope: 'https://graph.microsoft.com/.default',
 * })
 * const access = createTokenExchange(entra, createTokenSource({ sts, ...entra.tokenRequest }))
 * const fetchGraph = withWebIdentity(fetch, access, { hosts: ['graph.microsoft.com'] })
 *
 * const response = await fetchGraph('https://graph.microsoft.com/v1.0/organization')
 * ```
 */
export function createTokenExchange(
  preset: ExchangePreset,
  source: BearerSource,
  options: TokenExchangeOptions = {},
): AccessTokenSource {
  const given = check(whatIsTraded, { preset, source }, 'preset')
  const settings = check(schema, ownMembers(options), 'options')
  checkStore({ ...settings, unknownCaller: 'nothing else tells whose tokens these are' })
  const { getToken, get, ...kept } = keptFresh(async () => {
    const { exchangeRenewal } = await loadExchanging()
    return exchangeRenewal(given, { ...settings, loadStoredOrigin })
  }, settings.timeout)
  return {
    getToken,
    async get(callOptions) {
      const { value, expiresAt, scope } = await get(callOptions)
      const expiration = new Date(expiresAt)
      return { accessToken: value, tokenType: 'Bearer', expiration, ...(scope !== undefined && { scope }) }
    },
    ...kept,
  }
}

const loadExchanging = onDemand(() => import('./exchanging.ts'))
const loadStoredOrigin = onDemand(() => import('../token-source/stored-origin.ts'))

const whatIsTraded = v.strictObject({
  preset: v.pipe(
    v.custom<ExchangePreset>(
      (preset) => stepsOf(preset).length > 0,
      'must be a preset that has an exchange: to others the token itself is given',
    ),
    v.check(
      (preset) =>
        stepsOf(preset).every(
          ({ endpoint }) => URL.canParse(endpoint?.href) && isSecure(new URL(endpoint.href)),
        ),
      'must have a URL for each endpoint, https, or http on loopback: a token is sent there',
    ),
  ),
  source: v.custom<BearerSource>((source) => {
    const { getToken, invalidate } = Object(source)
    return typeof getToken === 'function' && typeof invalidate === 'function'
  }, 'must have the functions getToken and invalidate, as a TokenSource has'),
})

// A preset may be a program's own, or of another copy of this package.
function stepsOf(preset: unknown): readonly { readonly endpoint: URL }[] {
  const { steps } = Object(Object(preset).exchange)
  return Array.isArray(steps) ? steps.map(Object) : []
}

const attempts = 'must be a whole number from 1 to 100'

const schema = v.strictObject(
  {
    ...freshness,
    ...storeOptions,
    fetch: v.optional(v.custom<Fetch>((value) => typeof value === 'function', 'must be a function')),
    maxAttempts: v.optional(
      v.pipe(
        v.number(attempts),
        v.check((value) => Number.isInteger(value) && value >= 1 && value <= 100, attempts),
      ),
      3,
    ),
    attemptTimeout: v.optional(milliseconds, 10_000),
  },
  'must be an object',
)
