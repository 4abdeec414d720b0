// Credentials from wherever the program runs, in the order of the AWS SDKs.
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html#credentialProviderChain

import * as v from 'valibot'
import { check } from '../check.ts'
import type { Fetch } from '../http/fetch.ts'
import type { Environment } from './environment.ts'
import { fromChain } from './from-chain.ts'
import { fromContainerMetadata } from './from-container-metadata.ts'
import { fromEnv } from './from-env.ts'
import { fromInstanceMetadata } from './from-instance-metadata.ts'
import { fromWebToken } from './from-web-token.ts'
import { environmentSchema, functionSchema, OBJECT_RULE, stsEntries } from './options.ts'
import type { RefreshingProvider } from './provider.ts'
import type { ReadFile } from './read-file.ts'

/** Options of {@link defaultProvider}. */
export interface DefaultProviderOptions {
  /** The environment variables, such as the `env` of a Worker; the platform's own when absent. */
  readonly env?: Environment | undefined
  /** In place of the global `fetch`, which is otherwise looked up at each request. */
  readonly fetch?: Fetch | undefined
  /** Reads the files of tokens; Node's, Bun's or Deno's own when absent. */
  readonly readFile?: ReadFile | undefined
  /** The AWS region whose STS is called for a web identity; `AWS_REGION` when absent. */
  readonly region?: string | undefined
  /** The address of that STS; `AWS_ENDPOINT_URL_STS`, then `AWS_ENDPOINT_URL`, then AWS's own when absent. */
  readonly endpoint?: string | URL | undefined
}

/**
 * Credentials from the first of these that is there: environment variables ({@link fromEnv}), a web identity
 * ({@link fromWebToken}), the container ({@link fromContainerMetadata}), the EC2 instance
 * ({@link fromInstanceMetadata}). Configuration files, SSO and processes are not read: where they are wanted,
 * the AWS SDK's provider fits in the same place.
 *
 * The provider throws a {@link CredentialsError}: where none is there, one that says of each what was looked
 * at; where one is there and broken, that one's error.
 *
 * @throws {InputError} which names the option that is unknown or malformed.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html#credentialProviderChain
 *
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 * import { defaultProvider } from 'aws-web-identity/credentials'
 *
 * const sts = new StsClient({ region: 'eu-central-1', credentials: defaultProvider() })
 * console.log((await sts.getCallerIdentity()).arn)
 * ```
 */
export function defaultProvider(options: DefaultProviderOptions = {}): RefreshingProvider {
  check(optionsSchema, options, 'options')
  const { env, fetch, readFile, region, endpoint } = options
  return fromChain(
    fromEnv({ env }),
    fromWebToken({ env, fetch, readFile, region, endpoint }),
    fromContainerMetadata({ env, fetch, readFile }),
    fromInstanceMetadata({ env, fetch }),
  )
}

const { region, endpoint } = stsEntries

const optionsSchema = v.strictObject(
  { env: environmentSchema, fetch: functionSchema, readFile: functionSchema, region, endpoint },
  OBJECT_RULE,
)
