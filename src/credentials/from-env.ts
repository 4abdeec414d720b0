// Credentials from environment variables.
// https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html

import * as v from 'valibot'
import { check } from '../check.ts'
import { CredentialsError } from '../errors.ts'
import { type Environment, readVariable, readVariableIfAllowed } from './environment.ts'
import { failureOf } from './failure.ts'
import { environmentSchema, OBJECT_RULE } from './options.ts'
import type { ProvidedCredentials, RefreshingProvider } from './provider.ts'

/** Options of {@link fromEnv}. */
export interface FromEnvOptions {
  /** The variables, such as the `env` of a Worker; the platform's own when absent. */
  readonly env?: Environment | undefined
}

/**
 * Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary ones, `AWS_SESSION_TOKEN`,
 * with `AWS_CREDENTIAL_EXPIRATION` and `AWS_ACCOUNT_ID` where they are set. They are read anew at each call.
 *
 * The provider throws a {@link CredentialsError}: with `tryNextLink` where neither key is set or the runtime
 * has no environment; without where one key is set alone, where a value is no string, and in Deno without
 * `--allow-env`.
 *
 * @throws {InputError} which names the option that is unknown or malformed.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 *
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 * import { fromEnv } from 'aws-web-identity/credentials'
 *
 * export default {
 *   async fetch(request: Request, env: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string }) {
 *     const sts = new StsClient({ region: 'eu-central-1', credentials: fromEnv({ env }) })
 *     return Response.json(await sts.getCallerIdentity())
 *   },
 * }
 * ```
 */
export function fromEnv(options: FromEnvOptions = {}): RefreshingProvider {
  check(optionsSchema, options, 'options')
  return async () => {
    try {
      return readCredentials(options.env)
    } catch (error) {
      throw failureOf('fromEnv', error)
    }
  }
}

const optionsSchema = v.strictObject({ env: environmentSchema }, OBJECT_RULE)

function readCredentials(env: Environment | undefined): ProvidedCredentials {
  const accessKeyId = readVariable(env, 'AWS_ACCESS_KEY_ID')
  const secretAccessKey = readVariable(env, 'AWS_SECRET_ACCESS_KEY')
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    throw new CredentialsError('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set', {
      tryNextLink: true,
    })
  }
  if (accessKeyId === undefined) throw halfSet('AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'accessKeyId')
  if (secretAccessKey === undefined) {
    throw halfSet('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'secretAccessKey')
  }
  const sessionToken = readVariable(env, 'AWS_SESSION_TOKEN')
  const expiration = readVariableIfAllowed(env, 'AWS_CREDENTIAL_EXPIRATION')
  const accountId = readVariableIfAllowed(env, 'AWS_ACCOUNT_ID')
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? undefined : { sessionToken }),
    ...(expiration === undefined ? undefined : { expiration: readDate(expiration) }),
    ...(accountId === undefined ? undefined : { accountId }),
  }
}

function halfSet(present: string, absent: string, member: string): CredentialsError {
  return new CredentialsError(`${present} is set and ${absent} is not: set both or neither`, { member })
}

function readDate(text: string): Date {
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date
  throw new CredentialsError('AWS_CREDENTIAL_EXPIRATION must be a date, such as 2026-11-19T12:00:00Z', {
    member: 'expiration',
  })
}
