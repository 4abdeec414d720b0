// The client of AWS STS: a thin shell that holds the connection and sends the operations.

import { InputError } from '../errors.ts'
import { snapshot } from '../own-members.ts'
import type { CallOptions } from '../query/call-options.ts'
import { type CallerDescription, describeCaller } from '../query/caller.ts'
import { type ClientOptions, connect } from '../query/client-options.ts'
import type { Connection } from '../query/connection.ts'
import { send } from '../query/send.ts'
import { assumeRole } from './assume-role.ts'
import type { AssumeRoleInput } from './assume-role-input.ts'
import {
  type AssumeRoleWithWebIdentityOutput,
  assumeRoleWithWebIdentity,
} from './assume-role-with-web-identity.ts'
import type { AssumeRoleWithWebIdentityInput } from './assume-role-with-web-identity-input.ts'
import type { AssumedRole } from './assumed-role.ts'
import { type GetCallerIdentityOutput, getCallerIdentity } from './get-caller-identity.ts'
import {
  type GetWebIdentityTokenOutput,
  getWebIdentityToken,
  getWebIdentityTokenUnchecked,
} from './get-web-identity-token.ts'
import type { GetWebIdentityTokenInput } from './get-web-identity-token-input.ts'
import { loadStsRequests, sts } from './service.ts'

/** How to reach AWS STS, and as whom. The token's `source_region` names the region. */
export interface StsClientOptions extends ClientOptions {
  /**
   * `false` checks only the types of GetWebIdentityToken's input and lets AWS judge the rest, for the day on which
   * AWS relaxes a rule; `true` when absent.
   */
  readonly validateInput?: boolean | undefined
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
  readonly #validatesInput: boolean

  /** @throws {InputError} which names the option that is missing, unknown, malformed or contradicted. */
  constructor(options: StsClientOptions) {
    const { validateInput = true, ...connection } = { ...options }
    if (typeof validateInput !== 'boolean') throw new InputError('validateInput', 'must be true or false')
    this.#connection = connect(sts, connection)
    this.#validatesInput = validateInput
  }

  /**
   * The server's time in milliseconds since 1970, as far as this client has learnt it: what expirations are to be
   * compared with. It is this machine's own until AWS refuses a signature because of it.
   */
  now(): number {
    return this.#connection.clock.now()
  }

  /**
   * What is known of the caller without asking AWS: the account of a session, the access key of a user, and where calls
   * go. It is the same in each session of a role, so that it can name what is kept for that caller. It asks the
   * credentials provider.
   *
   * @throws {CredentialsError} {@link TimeoutError}
   */
  async describeCaller(options?: CallOptions): Promise<CallerDescription> {
    return describeCaller(this.#connection, options)
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
   * @throws {SessionDurationEscalationException} the token would outlive the caller's session. Where the
   * credentials tell their `expiration`, this is seen before anything is sent, and `attempts` is 0.
   * @throws {JWTPayloadSizeExceededException} the claims would have more than 14,984 bytes.
   * @throws {ServiceError} AWS refused for another reason, told by `code`.
   * @throws {ResponseError} no answer came, or none of AWS's.
   * @throws {TimeoutError} the client's `timeout` passed, or each attempt's `attemptTimeout`.
   * @throws {WebIdentityError} with the code `module_unavailable`: a part of this package that is loaded on demand could
   * not be, twice, because a deployment took its chunk away or the network is down. The next call loads it anew. With the
   * code `web_crypto_unavailable`: a page came neither over https nor from localhost, and has no `crypto.subtle`.
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
    const given = snapshot(input)
    const parameters = async () => {
      const rules = await loadStsRequests()
      return this.#validatesInput
        ? rules.getWebIdentityTokenParameters(given)
        : rules.getWebIdentityTokenParametersUnchecked(given)
    }
    const operation = this.#validatesInput ? getWebIdentityToken : getWebIdentityTokenUnchecked
    return send(this.#connection, operation, parameters, options)
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

  /**
   * The temporary credentials of a role that the caller may assume.
   *
   * @throws {InputError} {@link CredentialsError} {@link ServiceError} {@link ResponseError}
   * {@link TimeoutError}
   * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
   *
   * @example
   * ```ts
   * import { StsClient } from 'aws-web-identity'
   *
   * export async function asDeployer(sts: StsClient) {
   *   const { credentials } = await sts.assumeRole({
   *     roleArn: 'arn:aws:iam::123456789012:role/deployer',
   *     roleSessionName: 'nightly',
   *   })
   *   return new StsClient({ region: 'eu-central-1', credentials })
   * }
   * ```
   */
  async assumeRole(input: AssumeRoleInput, options?: CallOptions): Promise<AssumedRole> {
    const given = snapshot(input)
    const parameters = async () => (await loadStsRequests()).assumeRoleParameters(given)
    return send(this.#connection, assumeRole, parameters, options)
  }

  /**
   * The temporary credentials of a role that trusts the issuer of a token. It needs no AWS credentials: the token
   * is the proof. AWS never takes its own web identity tokens here.
   *
   * @throws {InputError} {@link ServiceError} (`InvalidIdentityToken`, `ExpiredTokenException`,
   * `IDPRejectedClaim`, `IDPCommunicationError`, which is tried again) {@link ResponseError} {@link TimeoutError}
   * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
   *
   * @example
   * ```ts
   * import { StsClient } from 'aws-web-identity'
   *
   * export async function fromGitHub(webIdentityToken: string) {
   *   const sts = new StsClient({ region: 'eu-central-1' })
   *   const { credentials } = await sts.assumeRoleWithWebIdentity({
   *     roleArn: 'arn:aws:iam::123456789012:role/ci',
   *     roleSessionName: 'build',
   *     webIdentityToken,
   *   })
   *   return credentials
   * }
   * ```
   */
  async assumeRoleWithWebIdentity(
    input: AssumeRoleWithWebIdentityInput,
    options?: CallOptions,
  ): Promise<AssumeRoleWithWebIdentityOutput> {
    const given = snapshot(input)
    const parameters = async () => (await loadStsRequests()).assumeRoleWithWebIdentityParameters(given)
    return send(this.#connection, assumeRoleWithWebIdentity, parameters, options)
  }
}
