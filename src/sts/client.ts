// The client of AWS STS: a thin shell that holds the options and sends the operations.

import * as v from 'valibot'
import { check } from '../check.ts'
import type { Credentials, CredentialsProvider } from '../query/credentials.ts'
import { resolveEndpoint } from '../query/endpoint.ts'
import { type CallOptions, type Connection, send } from '../query/send.ts'
import { type GetCallerIdentityOutput, getCallerIdentity } from './get-caller-identity.ts'
import {
  type GetWebIdentityTokenOutput,
  getWebIdentityToken,
  toParameters,
} from './get-web-identity-token.ts'
import { checkInput, checkInputTypes, type GetWebIdentityTokenInput } from './get-web-identity-token-input.ts'
import { sts } from './service.ts'

/** How to reach AWS STS, and as whom. */
export interface StsClientOptions {
  /** The AWS region whose STS is called, such as `eu-central-1`. The token's `source_region` names it. */
  readonly region: string
  /** AWS credentials, or a function that gives them and is asked for each call (an AWS SDK provider fits). */
  readonly credentials: Credentials | CredentialsProvider
  /** An address in place of AWS's own, such as `http://127.0.0.1:4566`; its path is kept. */
  readonly endpoint?: string | URL | undefined
  /** Whether to call the FIPS 140 endpoint; `false` when absent. It cannot go with `endpoint`. */
  readonly useFipsEndpoint?: boolean | undefined
  /** Whether to call the endpoint that has IPv6 too; `false` when absent. It cannot go with `endpoint`. */
  readonly useDualstackEndpoint?: boolean | undefined
  /**
   * The bound on a whole call, credentials included, in milliseconds: 1 to 2,147,483,647 (the platform's
   * longest timer); 20,000 when absent.
   */
  readonly timeout?: number | undefined
  /** `false` checks only the types of an input and lets AWS judge the rest; `true` when absent. */
  readonly validateInput?: boolean | undefined
  /** In place of the global `fetch`, which is otherwise looked up at each call. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Calls AWS STS. A client is cheap, keeps no connection and no timer, and may be made at module scope.
 *
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 *
 * const sts = new StsClient({
 *   region: 'eu-central-1',
 *   credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
 * })
 * const { webIdentityToken, expiration } = await sts.getWebIdentityToken({
 *   audience: ['https://api.example.com'],
 *   signingAlgorithm: 'ES384',
 *   durationSeconds: 600,
 * })
 * console.log(webIdentityToken.length, expiration)
 * ```
 */
export class StsClient {
  readonly #connection: Connection
  readonly #checkInput: typeof checkInput

  /** @throws {InputError} which names the option that is missing, unknown, malformed or contradicted. */
  constructor(options: StsClientOptions) {
    const checked = check(optionsSchema, options, 'options')
    this.#connection = {
      service: sts,
      endpoint: resolveEndpoint(sts, checked),
      credentials: options.credentials,
      fetch: options.fetch,
      timeout: checked.timeout,
      signingKeys: new Map(),
    }
    this.#checkInput = checked.validateInput ? checkInput : checkInputTypes
  }

  /**
   * A signed JWT by which a service outside AWS can know who calls.
   *
   * The account must have outbound identity federation switched on, and the caller the permission
   * `sts:GetWebIdentityToken`. Only regional endpoints have this operation.
   *
   * @throws {InputError} nothing was sent: the message names the field and its rule.
   * @throws {CredentialsError} nothing was sent: there are no usable credentials.
   * @throws {OutboundWebIdentityFederationDisabledException} the account has not switched it on.
   * @throws {SessionDurationEscalationException} the token would outlive the caller's session.
   * @throws {JWTPayloadSizeExceededException} the claims would have more than 14,984 bytes.
   * @throws {ServiceError} AWS refused for another reason, told by `code`.
   * @throws {ResponseError} no answer came, or none of AWS's.
   * @throws {TimeoutError} the client's `timeout` passed.
   * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
   *
   * @example
   * ```ts
   * import type { StsClient } from 'aws-web-identity'
   *
   * export async function callApi(sts: StsClient) {
   *   const { webIdentityToken } = await sts.getWebIdentityToken(
   *     { audience: ['https://api.example.com'], signingAlgorithm: 'RS256', tags: [{ key: 'team', value: 'web' }] },
   *     { signal: AbortSignal.timeout(2000) },
   *   )
   *   return fetch('https://api.example.com/', { headers: { authorization: `Bearer ${webIdentityToken}` } })
   * }
   * ```
   */
  async getWebIdentityToken(
    input: GetWebIdentityTokenInput,
    options?: CallOptions,
  ): Promise<GetWebIdentityTokenOutput> {
    return send(this.#connection, getWebIdentityToken, toParameters(this.#checkInput(input)), options)
  }

  /**
   * Whose credentials these are: account, ARN, user id. It needs no permission and works while federation is
   * off, so it tells a credentials problem from a permissions problem.
   *
   * @throws {CredentialsError} {@link ServiceError} {@link ResponseError} {@link TimeoutError}
   * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
   *
   * @example
   * ```ts
   * import type { StsClient } from 'aws-web-identity'
   *
   * export async function whoami(sts: StsClient): Promise<string> {
   *   const { arn } = await sts.getCallerIdentity()
   *   return arn
   * }
   * ```
   */
  async getCallerIdentity(options?: CallOptions): Promise<GetCallerIdentityOutput> {
    return send(this.#connection, getCallerIdentity, {}, options)
  }
}

const boolean = v.boolean('must be true or false')
const LONGEST_TIMER = 2 ** 31 - 1

const optionsSchema = v.strictObject(
  {
    region: v.string('must be the name of an AWS region, such as eu-central-1'),
    // Looked at for each call, by `resolveCredentials`: here they may be a function still.
    credentials: v.unknown(),
    endpoint: v.optional(v.union([v.string(), v.instance(URL)], 'must be a URL')),
    useFipsEndpoint: v.optional(boolean),
    useDualstackEndpoint: v.optional(boolean),
    timeout: v.optional(
      v.pipe(
        v.number('must be a number of milliseconds'),
        v.check(
          (milliseconds) => milliseconds >= 1 && milliseconds <= LONGEST_TIMER,
          `must be from 1 to ${LONGEST_TIMER} milliseconds`,
        ),
      ),
      20_000,
    ),
    validateInput: v.optional(boolean, true),
    fetch: v.optional(v.function('must be a function')),
  },
  'must be an object',
)
