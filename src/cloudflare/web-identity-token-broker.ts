// The Durable Object around the broker: its storage, its alarm, and RPC. https://developers.cloudflare.com/durable-objects/

import { DurableObject } from 'cloudflare:workers'
import * as v from 'valibot'
import { check } from '../check.ts'
import { fromEnv } from '../credentials/from-env.ts'
import { StsClient } from '../sts/client.ts'
import type { OnTokenSourceEvent } from '../token-source/event.ts'
import { isMinter, type Minter } from '../token-source/minter.ts'
import type { TokenRequest } from '../token-source/request.ts'
import { type SealingKey, sealingKeys } from '../token-source/store-options.ts'
import { Broker } from './broker.ts'
import { type BrokerReply, packError } from './broker-reply.ts'

/** What a broker mints with, and for whom. */
export interface BrokerOptions {
  /** The client that mints. */
  readonly sts: Minter
  /** The audiences that may be asked for; each of a request must be among them. */
  readonly audiences: readonly string[]
  /**
   * By which the token is sealed in the object's storage: one key of 32 bytes or several, of which the first seals and all
   * open, as bytes or in base64 (`openssl rand -base64 32`).
   */
  readonly sealingKeys: SealingKey | readonly SealingKey[]
  /** Is told what happens. No event holds a token. */
  readonly onEvent?: OnTokenSourceEvent | undefined
}

/**
 * A Durable Object that mints one token for all Workers that ask: one object for each audience, algorithm, duration and
 * tags. It renews by alarm before anyone waits, keeps the token sealed in its storage over restarts, and stops when
 * nobody has asked for a lifetime; when the last token has ended, nothing of it is left. Ask it through
 * `brokeredTokenSource`.
 *
 * Export it from your Worker and bind it in `wrangler.toml`. It takes its options from the Worker's variables and secrets:
 * `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL_STS`, `AUDIENCES` (an
 * array), `SEALING_KEYS` (a key, or several with commas between them). For other ones override `options`.
 *
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 * import { type BrokerOptions, WebIdentityTokenBroker } from 'aws-web-identity/cloudflare'
 * import { fromEnv } from 'aws-web-identity/credentials'
 *
 * interface Env {
 *   AWS_ACCESS_KEY_ID: string
 *   AWS_SECRET_ACCESS_KEY: string
 *   SEALING_KEY: string
 * }
 *
 * export class TokenBroker extends WebIdentityTokenBroker<Env> {
 *   static override options(env: Env, state: DurableObjectState): BrokerOptions {
 *     return {
 *       sts: new StsClient({ region: 'eu-central-1', credentials: fromEnv({ env: { ...env } }) }),
 *       audiences: ['https://api.example.com'],
 *       sealingKeys: env.SEALING_KEY,
 *       onEvent: (event) => console.log({ broker: state.id.toString(), ...event }),
 *     }
 *   }
 * }
 * ```
 */
export class WebIdentityTokenBroker<Env = unknown> extends DurableObject<Env> {
  #broker: Broker | undefined

  /**
   * What a broker of this class is made of. A static function, for through RPC every function of an object can be called.
   *
   * @param state the object's own, which an object always gives: by its `id` an `onEvent` can tell which object it was, be it
   * asked or woken by its alarm, and its `waitUntil` takes what is sent to a log. Its storage is the broker's alone.
   * @throws {InputError} which names the variable; whoever asks gets it.
   */
  static options(env: unknown, state?: DurableObjectState): BrokerOptions
  // This class needs no state, and overrides that were written without one call it without one.
  static options(env: unknown): BrokerOptions {
    const { AWS_REGION, AWS_ENDPOINT_URL_STS, AUDIENCES, SEALING_KEYS } = check(variables, env, 'env')
    const credentials = fromEnv({ env: Object(env) })
    return {
      sts: new StsClient({ region: AWS_REGION, endpoint: AWS_ENDPOINT_URL_STS, credentials }),
      audiences: AUDIENCES,
      sealingKeys: SEALING_KEYS.split(','),
    }
  }

  /** For `brokeredTokenSource`: the token, or why there is none. */
  async token(request: TokenRequest, refused?: string): Promise<BrokerReply> {
    try {
      return await this.#open().token(request, this.ctx.id.name, refused)
    } catch (error) {
      return { error: packError(error) }
    }
  }

  /** For `brokeredTokenSource`: drops the token after a relying party has refused it, if it is still the current one. */
  async invalidate(token?: string): Promise<void> {
    await this.#open().invalidate(token)
  }

  /** For the platform. */
  override async alarm(): Promise<void> {
    await this.#open().alarm()
  }

  // When it is first needed: what is wrong with the options is then told to who asks.
  #open(): Broker {
    // Of the class that was exported, which may extend this one.
    const { options } = this.constructor as typeof WebIdentityTokenBroker
    this.#broker ??= new Broker(
      this.ctx.storage,
      check(brokerOptions, options(this.env, this.ctx), 'options'),
    )
    return this.#broker
  }
}

const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))
const audiences = v.pipe(v.array(text, 'must be an array of strings'), v.nonEmpty('must name an audience'))

const variables = v.object(
  { AWS_REGION: text, AWS_ENDPOINT_URL_STS: v.optional(text), AUDIENCES: audiences, SEALING_KEYS: text },
  'must hold the variables of the Worker',
)

const brokerOptions = v.strictObject(
  {
    sts: v.custom<Minter>(isMinter, 'must be an StsClient'),
    audiences,
    sealingKeys,
    onEvent: v.optional(v.function('must be a function')),
  },
  'must be an object',
)
