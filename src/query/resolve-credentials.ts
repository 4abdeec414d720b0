// The credentials of one call: what was given, or what the provider gives, with each member checked.

import { CredentialsError, isCredentialsError } from '../errors.ts'
import type { Connection, QueryService } from './connection.ts'
import type { CredentialsProvider, ResolvedCredentials } from './credentials.ts'

/** @throws {CredentialsError} which names the member that is missing, or says that the provider failed. */
export async function resolveCredentials(
  { credentials, service }: Pick<Connection, 'credentials' | 'service'>,
  options: { readonly forceRefresh: boolean },
): Promise<ResolvedCredentials> {
  const given = typeof credentials === 'function' ? await ask(credentials, service, options) : credentials
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = await readMembers(
    given,
    service,
  )
  return {
    accessKeyId: checkAccessKeyId(accessKeyId),
    secretAccessKey: checkMember('secretAccessKey', secretAccessKey),
    sessionToken: isAbsent(sessionToken) ? undefined : checkMember('sessionToken', sessionToken),
    expiration: isAbsent(expiration) ? undefined : checkDate('expiration', expiration),
    accountId: isAbsent(accountId) ? undefined : checkMember('accountId', accountId),
  }
}

async function ask(
  provider: CredentialsProvider,
  service: QueryService,
  options: { readonly forceRefresh: boolean },
): Promise<unknown> {
  try {
    return await provider(options)
  } catch (error) {
    if (isCredentialsError(error)) throw error
    const cause = await redacted(error, service)
    const reason = cause === undefined ? '' : `: ${cause.message}`
    throw new CredentialsError(`The credentials provider failed${reason}`, { cause })
  }
}

async function readMembers(given: unknown, service: QueryService): Promise<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null) {
    throw new CredentialsError(
      'There are no credentials: give { accessKeyId, secretAccessKey, sessionToken? }, or a function that resolves to that',
    )
  }
  try {
    // Whatever was given, its members may be read; a getter may throw.
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = given as Record<
      string,
      unknown
    >
    return { accessKeyId, secretAccessKey, sessionToken, expiration, accountId }
  } catch (error) {
    throw new CredentialsError('The credentials cannot be read', { cause: await redacted(error, service) })
  }
}

/** Nothing where the code that redacts cannot be loaded. */
async function redacted(error: unknown, service: QueryService): Promise<Error | undefined> {
  const replies = await service.loadReplies().catch(() => undefined)
  return replies?.redactError(error)
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
