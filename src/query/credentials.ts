// AWS credentials as a caller gives them, in the shapes of the AWS SDK for JavaScript v3.
// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/AwsCredentialIdentity/

/** AWS credentials: long-term keys, or temporary ones with their session token. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Temporary credentials have one; long-term keys have none. */
  readonly sessionToken?: string | undefined
  /** When temporary credentials end. */
  readonly expiration?: Date | undefined
  /** The account that they belong to. */
  readonly accountId?: string | undefined
}

/**
 * Gives credentials; asked for each call. A provider of the AWS SDK fits. With `forceRefresh` it should not give
 * what it gave before: AWS has refused that.
 */
export type CredentialsProvider = (options?: { forceRefresh?: boolean }) => Credentials | Promise<Credentials>

/** Credentials for one call, each member checked. */
export interface ResolvedCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  readonly expiration: Date | undefined
  readonly accountId?: string | undefined
}
