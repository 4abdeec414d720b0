// AWS credentials as a caller gives them, in the shapes of the AWS SDK for JavaScript v3, and the check of
// what came.
// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/AwsCredentialIdentity/

import { CredentialsError, isCredentialsError } from '../errors.ts'
import { redactError } from './redact.ts'

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

/** @throws {CredentialsError} which names the member that is missing, or says that the provider failed. */
export async function resolveCredentials(
  credentials: Credentials | CredentialsProvider | undefined,
  options: { readonly forceRefresh: boolean },
): Promise<ResolvedCredentials> {
  return checkCredentials(typeof credentials === 'function' ? await ask(credentials, options) : credentials)
}

async function ask(
  provider: CredentialsProvider,
  options: { readonly forceRefresh: boolean },
): Promise<unknown> {
  try {
    return await provider(options)
  } catch (error) {
    if (isCredentialsError(error)) throw error
    const cause = redactError(error, [])
    throw new CredentialsError(`The credentials provider failed: ${cause.message}`, { cause })
  }
}

function checkCredentials(given: unknown): ResolvedCredentials {
  if (typeof given !== 'object' || given === null) {
    throw new CredentialsError(
      'There are no credentials: give { accessKeyId, secretAccessKey, sessionToken? }, or a function that resolves to that',
    )
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = readMembers(given)
  return {
    accessKeyId: checkAccessKeyId(accessKeyId),
    secretAccessKey: checkMember('secretAccessKey', secretAccessKey),
    sessionToken: isAbsent(sessionToken) ? undefined : checkMember('sessionToken', sessionToken),
    expiration: isAbsent(expiration) ? undefined : checkDate('expiration', expiration),
    accountId: isAbsent(accountId) ? undefined : checkMember('accountId', accountId),
  }
}

function readMembers(given: object): Record<string, unknown> {
  try {
    // Whatever was given, its members may be read; a getter may throw.
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = given as Record<
      string,
      unknown
    >
    return { accessKeyId, secretAccessKey, sessionToken, expiration, accountId }
  } catch (error) {
    throw new CredentialsError('The credentials cannot be read', { cause: redactError(error, []) })
  }
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

// It stands in the signature's header, where a comma or a slash would begin something else.
function checkAccessKeyId(value: unknown): string {
  const accessKeyId = checkMember('accessKeyId', value)
  if (/^\w+$/.test(accessKeyId)) return accessKeyId
  throw malformed('accessKeyId', 'must hold letters, digits and underscores only')
}

function checkDate(member: string, value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  throw malformed(member, 'must be a valid Date')
}

function checkMember(member: string, value: unknown): string {
  if (isAbsent(value)) throw malformed(member, 'is missing')
  if (typeof value !== 'string') throw malformed(member, `must be a string, not a ${typeof value}`)
  if (value === '') {
    throw malformed(
      member,
      member === 'sessionToken' ? 'is empty: long-term keys have none, leave it out' : 'is empty',
    )
  }
  // What a pasted secret or a file's last line break brings along; a header would refuse it with the secret
  // in the platform's message.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw malformed(member, 'must not hold white space, line breaks or characters other than ASCII')
  }
  return value
}

function malformed(member: string, rule: string): CredentialsError {
  return new CredentialsError(`credentials.${member} ${rule}`, { member })
}
