// What the providers of a role need of AWS STS, and how they come to it: by a client that was given, or by one
// of their own.

import { CredentialsError, InputError } from '../errors.ts'
import type { Fetch } from '../http/fetch.ts'
import type { CallOptions } from '../query/call-options.ts'
import type { Credentials, CredentialsProvider } from '../query/credentials.ts'
import type { AssumeRoleInput } from '../sts/assume-role-input.ts'
import type { AssumeRoleWithWebIdentityInput } from '../sts/assume-role-with-web-identity-input.ts'
import type { AssumedRole } from '../sts/assumed-role.ts'
import { StsClient } from '../sts/client.ts'
import { type Environment, readVariable, readVariableIfAllowed } from './environment.ts'
import { causeOf, reasonOf } from './failure.ts'
import type { ProvidedCredentials } from './provider.ts'

/** The part of an `StsClient` that signs. */
export interface RoleAssumer {
  /** The server's time, where it is known. */
  now?(): number
  assumeRole(input: AssumeRoleInput, options?: CallOptions): Promise<AssumedRole>
}

/** The part of an `StsClient` that does not. */
export interface WebIdentityRoleAssumer {
  /** The server's time, where it is known. */
  now?(): number
  assumeRoleWithWebIdentity(
    input: AssumeRoleWithWebIdentityInput,
    options?: CallOptions,
  ): Promise<AssumedRole>
}

/** How a provider reaches AWS STS. */
export interface StsOptions {
  /** The AWS region whose STS is called; `AWS_REGION`, then `AWS_DEFAULT_REGION`, when absent. */
  readonly region?: string | undefined
  /** The address of STS; `AWS_ENDPOINT_URL_STS`, then `AWS_ENDPOINT_URL`, then AWS's own when absent. */
  readonly endpoint?: string | URL | undefined
  /** The environment variables; the platform's own when absent. */
  readonly env?: Environment | undefined
  /** In place of the global `fetch`, which is otherwise looked up at each request. */
  readonly fetch?: Fetch | undefined
  /** The bound on a refresh, in milliseconds; 10,000 when absent. */
  readonly timeout?: number | undefined
}

/** So much longer than its client waits a refresh, in milliseconds: the client's error says what took so long. */
export const MARGIN = 500

/** @throws {InputError} where a client is given together with what that client has by itself. */
export function refuseBeside(sts: unknown, options: object, names: readonly string[]): void {
  if (sts === undefined) return
  const beside = names.find((name) => Reflect.get(options, name) !== undefined)
  if (beside !== undefined) throw new InputError(beside, 'cannot go with sts: the client has its own')
}

/** @throws {CredentialsError} where no region is known. */
export function makeSts(
  { region, endpoint, env, fetch }: StsOptions,
  timeout: number,
  credentials?: Credentials | CredentialsProvider,
): StsClient {
  const found = region ?? readVariable(env, 'AWS_REGION') ?? readVariable(env, 'AWS_DEFAULT_REGION')
  if (found === undefined) {
    throw new CredentialsError('It needs a region: give `region`, or set AWS_REGION')
  }
  return new StsClient({
    region: found,
    endpoint:
      endpoint ??
      readVariableIfAllowed(env, 'AWS_ENDPOINT_URL_STS') ??
      readVariableIfAllowed(env, 'AWS_ENDPOINT_URL'),
    fetch,
    timeout,
    credentials,
  })
}

/** The name of a session that was given none, as the AWS SDK forms it. */
export function defaultSessionName(): string {
  return `aws-web-identity-${Date.now()}`
}

/** @throws {CredentialsError} which names the operation and the role, and is never of a source that is absent. */
export async function asProvided(
  operation: string,
  roleArn: string,
  assuming: Promise<AssumedRole>,
): Promise<ProvidedCredentials> {
  let role: AssumedRole
  try {
    role = await assuming
  } catch (error) {
    throw new CredentialsError(`${operation} of ${roleArn} failed: ${reasonOf(error)}`, causeOf(error))
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = role.credentials
  // A client that was given may be anybody's.
  if (!(expiration instanceof Date) || Number.isNaN(expiration.getTime())) {
    throw new CredentialsError(
      `${operation} of ${roleArn} gave credentials whose expiration is no valid Date`,
      {
        member: 'expiration',
      },
    )
  }
  const accountId = role.assumedRoleUser.arn.split(':')[4]
  return { accessKeyId, secretAccessKey, sessionToken, expiration, ...(accountId && { accountId }) }
}
