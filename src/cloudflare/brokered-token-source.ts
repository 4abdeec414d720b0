// The caller's side of a broker: a token source whose tokens come from the one Durable Object that mints them.

import * as v from 'valibot'
import { check } from '../check.ts'
import { ResponseError } from '../errors.ts'
import { ownMembers } from '../own-members.ts'
import { redactError } from '../query/redact.ts'
import { wait } from '../query/wait.ts'
import { checkMinimumValidity, type FreshnessOptions, freshness } from '../token-source/freshness-options.ts'
import { type Origin, Renewal } from '../token-source/renewal.ts'
import { checkRequest, lifetimeOf, type TokenRequest } from '../token-source/request.ts'
import { sourceOf, type TokenSource } from '../token-source/source.ts'
import { brokerName } from './broker-name.ts'
import { type BrokerReply, unpackError } from './broker-reply.ts'

/** A binding of Durable Objects of the class `WebIdentityTokenBroker`. */
export interface BrokerNamespace {
  getByName(name: string): BrokerStub
}

/** What a broker is called by, through RPC. */
export interface BrokerStub {
  token(request: TokenRequest, refused?: string): PromiseLike<BrokerReply>
  invalidate(token?: string): PromiseLike<void>
}

/** Which token is wanted, and how it is kept in this isolate. */
export type BrokeredTokenSourceOptions = TokenRequest & FreshnessOptions

/**
 * Brokers renew after 70 to 75 % of the lifetime: who asks a little later finds the new token there. All isolates of a fleet
 * have the same token, and share what is left of its lifetime, so that they do not ask all at once.
 */
const REFRESH_AHEAD = [0.76, 0.95] as const
const LEFT_BY_BROKERS = 0.25
/**
 * The longest step of the backoff, in milliseconds. It is the broker that spares STS; if each isolate spared the broker for
 * as long, an outage would last for twice the time. As often it is asked anyway where it has nothing newer.
 */
const LONGEST_STEP = 5000
/** A call that fails, since the object was moved or restarted, is made so often, after up to so many milliseconds. */
const ATTEMPTS = 3
const LONGEST_WAIT = 500

/**
 * A token source for Workers that mints nothing itself: one Durable Object mints for all, and this isolate keeps what it
 * got. While the token is fresh no call is made at all.
 *
 * @param namespace the binding of the broker's class in `wrangler.toml`
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://developers.cloudflare.com/durable-objects/
 * @example
 * ```ts
 * import type { TokenSource } from 'aws-web-identity'
 * import { type BrokerNamespace, brokeredTokenSource } from 'aws-web-identity/cloudflare'
 *
 * let source: TokenSource | undefined
 *
 * export async function callApi(env: { BROKER: BrokerNamespace }) {
 *   source ??= brokeredTokenSource(env.BROKER, { audience: 'https://api.example.com', signingAlgorithm: 'ES384' })
 *   const headers = { authorization: `Bearer ${await source.getToken()}` }
 *   return fetch('https://api.example.com/', { headers })
 * }
 * ```
 */
export function brokeredTokenSource(
  namespace: BrokerNamespace,
  options: BrokeredTokenSourceOptions,
): TokenSource {
  const { audience, signingAlgorithm, durationSeconds, tags, ...others } = ownMembers(options)
  const input = checkRequest({ audience, signingAlgorithm, durationSeconds, tags })
  const settings = check(schema, { ...others }, 'options')
  const most = lifetimeOf(input) * LEFT_BY_BROKERS
  checkMinimumValidity(settings.minimumValidity, most)
  // A stub is of no use after its object has failed: each flight takes a new one.
  let name: string | undefined
  const broker = async () => {
    name ??= await brokerName(input)
    return namespace.getByName(name)
  }
  const origin: Origin = {
    now: () => Date.now(),
    async load(_, signal, refused) {
      const reply = await called(async () => (await broker()).token(input, refused), ATTEMPTS, signal)
      if ('error' in reply) throw unpackError(reply.error)
      const { webIdentityToken, mintedAt, expiresAt, now } = reply
      return {
        token: { value: webIdentityToken, mintedAt, expiresAt },
        from: 'broker',
        drift: now - Date.now(),
      }
    },
    async forget(token) {
      await called(async () => (await broker()).invalidate(token), 1)
    },
  }
  const make = async () =>
    new Renewal(origin, { ...settings, refreshAhead: REFRESH_AHEAD, longestStep: LONGEST_STEP })
  return sourceOf(make, settings.timeout, most)
}

const schema = v.strictObject(freshness, 'must be an object')

// https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
async function called<Reply>(
  call: () => Promise<Reply>,
  attempts: number,
  signal = new AbortController().signal,
): Promise<Reply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (cause) {
      // To call an object again that has too much to do would not help it.
      if (attempt === attempts || Object(cause).overloaded === true) {
        const details = { retryable: true, attempts: attempt, cause: redactError(cause, []) }
        throw new ResponseError('network_failure', 'The broker could not be called', details)
      }
      await wait(Math.random() * LONGEST_WAIT, signal)
    }
  }
}
