// Credentials of an EC2 instance's role, from the instance metadata service, version 2 alone.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html

import * as v from 'valibot'
import { check } from '../check.ts'
import { CredentialsError } from '../errors.ts'
import type { Fetch } from '../http/fetch.ts'
import { excerpt, redact } from '../query/redact.ts'
import type { Environment } from './environment.ts'
import { causeOf, isSilence, reasonOf, statusOf } from './failure.ts'
import { instanceAddress } from './instance-address.ts'
import { type InstanceConnection, InstanceSession } from './instance-session.ts'
import { parseCredentials } from './metadata-credentials.ts'
import { metadataError } from './metadata-request.ts'
import { environmentSchema, functionSchema, OBJECT_RULE, timeoutSchema } from './options.ts'
import type { ProvidedCredentials, RefreshingProvider } from './provider.ts'
import { refreshing } from './refreshing.ts'

/** Options of {@link fromInstanceMetadata}. */
export interface FromInstanceMetadataOptions {
  /** The environment variables; the platform's own when absent. */
  readonly env?: Environment | undefined
  /** The address of the service; `AWS_EC2_METADATA_SERVICE_ENDPOINT` when absent. */
  readonly endpoint?: string | URL | undefined
  /** By which of its addresses it is reached; `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, or IPv4, when absent. */
  readonly endpointMode?: 'IPv4' | 'IPv6' | undefined
  /** In place of the global `fetch`, which is otherwise looked up at each request. */
  readonly fetch?: Fetch | undefined
  /** The bound on each of the three requests, in milliseconds; 1000 when absent. */
  readonly timeout?: number | undefined
}

/**
 * Credentials of the role that an EC2 instance has. Only version 2 of the service is spoken: its session token
 * is kept for as long as it lives. `AWS_EC2_METADATA_DISABLED=true` switches the provider off.
 *
 * They are kept until 5 minutes before their end. The provider throws a {@link CredentialsError}: with
 * `tryNextLink` where it is switched off, nobody answers, or the instance has no role; without where the
 * service answers with an error. Its `cause` is then the `ServiceError` or `ResponseError`.
 *
 * @throws {InputError} which names the option that is unknown or malformed.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 *
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 * import { fromInstanceMetadata } from 'aws-web-identity/credentials'
 *
 * const sts = new StsClient({ region: 'eu-central-1', credentials: fromInstanceMetadata() })
 * console.log((await sts.getCallerIdentity()).arn)
 * ```
 */
export function fromInstanceMetadata(options: FromInstanceMetadataOptions = {}): RefreshingProvider {
  const { timeout } = check(optionsSchema, options, 'options')
  const session = new InstanceSession()
  return refreshing({
    name: 'fromInstanceMetadata',
    timeout: 5 * timeout, // token, role, credentials, and a new token on the way
    find: () => instanceAddress(options),
    load: (address, signal) => loadCredentials(session, { address, fetch: options.fetch, timeout, signal }),
  })
}

const optionsSchema = v.strictObject(
  {
    env: environmentSchema,
    endpoint: v.optional(v.union([v.string(), v.instance(URL)], 'must be a URL')),
    endpointMode: v.optional(v.picklist(['IPv4', 'IPv6'], 'must be "IPv4" or "IPv6"')),
    fetch: functionSchema,
    timeout: timeoutSchema(1000),
  },
  OBJECT_RULE,
)

const ROLES = '/latest/meta-data/iam/security-credentials/'

async function loadCredentials(
  session: InstanceSession,
  connection: InstanceConnection,
): Promise<ProvidedCredentials> {
  const role = await findRole(session, connection)
  const text = await session.get(ROLES + role, connection)
  refuseFailure(text, session.secrets)
  return parseCredentials(text)
}

async function findRole(session: InstanceSession, connection: InstanceConnection): Promise<string> {
  let roles: string
  try {
    roles = await session.get(ROLES, connection)
  } catch (error) {
    throw absence(error) ?? error
  }
  const [role = ''] = roles.trim().split(/\s/)
  if (role === '') throw new CredentialsError('The instance has no role', { tryNextLink: true })
  // What IAM allows: nothing of it can lead to another path.
  if (!/^[\w+=,.@-]{1,64}$/.test(role) || /^\.\.?$/.test(role)) {
    throw new CredentialsError('The service gave a role that has no role’s name')
  }
  return role
}

// What of the first requests' errors says that there is nothing to be had here, and not that it is broken.
function absence(error: unknown): CredentialsError | undefined {
  const options = { ...causeOf(error), tryNextLink: true }
  if (isSilence(error)) {
    const remedy = 'This address answers only on EC2, not on a laptop and never in Cloudflare Workers'
    return new CredentialsError(`${reasonOf(error)}. ${remedy}`, options)
  }
  if (statusOf(error) === 403) {
    return new CredentialsError('The instance metadata service is switched off for this instance', options)
  }
  if (statusOf(error) === 404) {
    return new CredentialsError('The instance has no role: attach one with an instance profile', options)
  }
  return undefined
}

// The service says what is wrong with a role by `Code`, in a response that is no error.
function refuseFailure(text: string, secrets: readonly string[]): void {
  const { success, output } = v.safeParse(statusSchema, text)
  // What is no JSON object is told by what reads the credentials in it.
  if (!success || output.Code === 'Success') return
  const { Code, Message } = output
  const code =
    typeof Code === 'string' && /^[\w.-]{1,100}$/.test(Code) ? redact(Code, secrets) : 'no error code'
  const said = typeof Message === 'string' ? excerpt(Message, secrets) : 'no message'
  const cause = metadataError(code, `${code}: ${said}`, 200)
  throw new CredentialsError(`The service has no credentials for the role: ${cause.message}`, { cause })
}

const statusSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ Code: v.optional(v.unknown()), Message: v.optional(v.unknown()) }),
)
