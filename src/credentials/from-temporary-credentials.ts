// Credentials of a role that other credentials assume. Over itself it makes a chain of roles.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html

import * as v from 'valibot'
import { check } from '../check.ts'
import type { Credentials, CredentialsProvider } from '../query/credentials.ts'
import type { AssumeRoleInput } from '../sts/assume-role-input.ts'
import { defaultProvider } from './default-provider.ts'
import { OBJECT_RULE, sessionEntries, stsEntries, textSchema, textsSchema } from './options.ts'
import type { RefreshingProvider } from './provider.ts'
import { refreshing } from './refreshing.ts'
import {
  asProvided,
  defaultSessionName,
  MARGIN,
  makeSts,
  type RoleAssumer,
  refuseBeside,
  type StsOptions,
} from './role-assumer.ts'

/** Options of {@link fromTemporaryCredentials}. */
export interface FromTemporaryCredentialsOptions extends StsOptions {
  /** The ARN of the role. */
  readonly roleArn: string
  /** Whose credentials assume the role; {@link defaultProvider} when absent. */
  readonly masterCredentials?: Credentials | CredentialsProvider | undefined
  /** How the session is called in logs; a name with the time when absent. */
  readonly roleSessionName?: string | undefined
  /** How long they last, in seconds: 900 to 43,200 and no longer than the role allows; 3600 in a chain of roles. */
  readonly durationSeconds?: number | undefined
  /** What the role's owner asks of callers from other accounts. */
  readonly externalId?: string | undefined
  /** A session policy, as JSON. */
  readonly policy?: string | undefined
  /** ARNs of managed policies for the session. */
  readonly policyArns?: readonly string[] | undefined
  /** Session tags. They need the permission `sts:TagSession`. */
  readonly tags?: AssumeRoleInput['tags']
  /** The keys of the tags that further roles in a chain inherit. */
  readonly transitiveTagKeys?: readonly string[] | undefined
  /** Who began the chain. */
  readonly sourceIdentity?: string | undefined
  /** The client to ask, where one with other options exists; whose credentials and where are then its own. */
  readonly sts?: RoleAssumer | undefined
}

/**
 * Credentials of a role through AssumeRole, by any other credentials or provider: one of these, one of the AWS
 * SDK, or another `fromTemporaryCredentials`, for a chain of roles.
 *
 * They are kept until 5 minutes before their end. The provider throws a {@link CredentialsError} where the
 * other credentials are not to be had or AWS refuses. Its `cause` is then the `ServiceError`.
 *
 * @throws {InputError} which names the option that is missing, unknown, malformed or contradicted.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 *
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 * import { fromEnv, fromTemporaryCredentials } from 'aws-web-identity/credentials'
 *
 * const region = 'eu-central-1'
 * const hub = fromTemporaryCredentials({
 *   region,
 *   roleArn: 'arn:aws:iam::111111111111:role/hub',
 *   masterCredentials: fromEnv(),
 * })
 * const customer = fromTemporaryCredentials({
 *   region,
 *   roleArn: 'arn:aws:iam::222222222222:role/reader',
 *   externalId: 'customer-42',
 *   masterCredentials: hub,
 * })
 * const sts = new StsClient({ region, credentials: customer })
 * console.log((await sts.getCallerIdentity()).arn)
 * ```
 */
export function fromTemporaryCredentials(options: FromTemporaryCredentialsOptions): RefreshingProvider {
  const { timeout } = check(optionsSchema, options, 'options')
  refuseBeside(options.sts, options, ['masterCredentials', 'region', 'endpoint', 'fetch'])
  let { sts } = options
  return refreshing({
    name: 'fromTemporaryCredentials',
    timeout: timeout + MARGIN,
    now: () => sts?.now?.() ?? Date.now(),
    find() {
      // One client for all refreshes: it remembers the server's clock.
      sts ??= makeSts(options, timeout, masterOf(options))
      return sts
    },
    async load(client, signal) {
      return asProvided('AssumeRole', options.roleArn, client.assumeRole(inputOf(options), { signal }))
    },
  })
}

const optionsSchema = v.strictObject(
  {
    ...stsEntries,
    ...sessionEntries,
    roleArn: textSchema,
    // Looked at by the client, at each refresh.
    masterCredentials: v.optional(v.unknown()),
    externalId: v.optional(textSchema),
    tags: v.optional(
      v.array(v.strictObject({ key: v.string(), value: v.string() }), 'must be an array of { key, value }'),
    ),
    transitiveTagKeys: textsSchema,
    sourceIdentity: v.optional(textSchema),
  },
  OBJECT_RULE,
)

function masterOf(options: FromTemporaryCredentialsOptions): Credentials | CredentialsProvider {
  const { masterCredentials, env, fetch, region, endpoint } = options
  return masterCredentials ?? defaultProvider({ env, fetch, region, endpoint })
}

function inputOf(options: FromTemporaryCredentialsOptions): AssumeRoleInput {
  const { roleArn, roleSessionName = defaultSessionName(), durationSeconds, policy, policyArns } = options
  const { externalId, tags, transitiveTagKeys, sourceIdentity } = options
  return {
    ...{ roleArn, roleSessionName, durationSeconds, policy, policyArns },
    ...{ externalId, tags, transitiveTagKeys, sourceIdentity },
  }
}
