// The account's switch: whether AWS gives its principals web identity tokens at all, and as which issuer.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html

import type { CallOptions } from '../query/call-options.ts'
import { type ClientOptions, connect } from '../query/client-options.ts'
import type { Connection } from '../query/connection.ts'
import { send } from '../query/send.ts'
import {
  disableOutboundWebIdentityFederation,
  enableOutboundWebIdentityFederation,
  type FederationInfo,
  getOutboundWebIdentityFederationInfo,
} from './federation.ts'
import { iam } from './service.ts'

/** How to reach AWS IAM, and as whom. The region only tells the partition, whose one endpoint is called. */
export type IamClientOptions = ClientOptions

/**
 * Calls AWS IAM for the account's outbound identity federation.
 *
 * @example
 * ```ts
 * import { isFeatureEnabledException } from 'aws-web-identity'
 * import type { IamClient } from 'aws-web-identity/iam'
 *
 * export async function switchOn(iam: IamClient): Promise<string> {
 *   await iam.enableOutboundWebIdentityFederation().catch((error) => {
 *     if (!isFeatureEnabledException(error)) throw error
 *   })
 *   const { issuerIdentifier } = await iam.getOutboundWebIdentityFederationInfo()
 *   return issuerIdentifier
 * }
 * ```
 */
export class IamClient {
  readonly #connection: Connection

  /** @throws {InputError} which names the option that is missing, unknown, malformed or contradicted. */
  constructor(options: IamClientOptions) {
    this.#connection = connect(iam, options)
  }

  /**
   * Switches federation on for the account. It reaches STS about ten seconds later: see `waitUntilVending`.
   *
   * @throws {FeatureEnabledException} it is on already.
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
   */
  async enableOutboundWebIdentityFederation(
    options?: CallOptions,
  ): Promise<Pick<FederationInfo, 'issuerIdentifier'>> {
    return send(this.#connection, enableOutboundWebIdentityFederation, {}, options)
  }

  /**
   * Switches federation off. Tokens that were given stay valid until they expire; issuer and keys stay published.
   *
   * @throws {FeatureDisabledException} it is off already.
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOutboundWebIdentityFederation.html
   */
  async disableOutboundWebIdentityFederation(options?: CallOptions): Promise<void> {
    return send(this.#connection, disableOutboundWebIdentityFederation, {}, options)
  }

  /**
   * The account's issuer, and whether it gives tokens.
   *
   * @throws {FeatureDisabledException} federation is off.
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
   */
  async getOutboundWebIdentityFederationInfo(options?: CallOptions): Promise<FederationInfo> {
    return send(this.#connection, getOutboundWebIdentityFederationInfo, {}, options)
  }
}
