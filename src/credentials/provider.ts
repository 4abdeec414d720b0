// What a provider of this room is and gives: the shapes of the AWS SDK for JavaScript v3, so that each fits
// where the other does.
// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/TypeAlias/AwsCredentialIdentityProvider/

import type { Credentials } from '../query/credentials.ts'

/**
 * Credentials as the providers give them, a copy for each caller. A member that is not there is absent, never
 * `undefined`, as the AWS SDK's own type has it.
 */
export interface ProvidedCredentials extends Credentials {
  /** Temporary credentials have one; long-term keys have none. */
  readonly sessionToken?: string
  /** When temporary credentials end. */
  readonly expiration?: Date
  /** The account that they belong to, where the source tells it. */
  readonly accountId?: string
}

/** What a provider may be told by whoever asks it. */
export interface RefreshOptions {
  /** `true` leaves aside what is kept, for credentials that AWS refused before their time. */
  readonly forceRefresh?: boolean
}

/**
 * Gives credentials: those that are kept, or new ones. It fits as `credentials` of an `StsClient`, and of any
 * client of the AWS SDK.
 */
export type RefreshingProvider = (options?: RefreshOptions) => Promise<ProvidedCredentials>
