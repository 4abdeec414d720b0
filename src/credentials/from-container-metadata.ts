// Credentials of a container: Amazon ECS, EKS Pod Identity, AWS IoT Greengrass.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

import * as v from 'valibot'
import { check } from '../check.ts'
import { CredentialsError } from '../errors.ts'
import type { Fetch } from '../http/fetch.ts'
import { containerAddress } from './container-address.ts'
import { type Environment, readVariable } from './environment.ts'
import { causeOf, isSilence, reasonOf } from './failure.ts'
import { parseCredentials } from './metadata-credentials.ts'
import { type MetadataReply, type MetadataRequest, requestMetadata } from './metadata-request.ts'
import { environmentSchema, functionSchema, OBJECT_RULE, timeoutSchema } from './options.ts'
import type { RefreshingProvider } from './provider.ts'
import { type ReadFile, readTextFile } from './read-file.ts'
import { refreshing } from './refreshing.ts'

/** Options of {@link fromContainerMetadata}. */
export interface FromContainerMetadataOptions {
  /** The environment variables; the platform's own when absent. */
  readonly env?: Environment | undefined
  /** In place of the global `fetch`, which is otherwise looked up at each request. */
  readonly fetch?: Fetch | undefined
  /** Reads the authorization token's file; Node's, Bun's or Deno's own when absent. */
  readonly readFile?: ReadFile | undefined
  /** The bound on the request, in milliseconds; 1000 when absent. */
  readonly timeout?: number | undefined
}

/**
 * Credentials from a container's endpoint: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, or
 * `AWS_CONTAINER_CREDENTIALS_FULL_URI`, which must be https, or http to loopback or to the addresses of ECS and
 * EKS. The header `Authorization` is what `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` holds, read anew for each
 * request, or `AWS_CONTAINER_AUTHORIZATION_TOKEN`. No redirect is followed.
 *
 * They are kept until 5 minutes before their end. The provider throws a {@link CredentialsError}: with
 * `tryNextLink` where no address is set; without where one is set that is not allowed, does not answer or
 * refuses. Its `cause` is then the `ServiceError`, `ResponseError` or `TimeoutError`.
 *
 * @throws {InputError} which names the option that is unknown or malformed.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 * import { fromContainerMetadata } from 'aws-web-identity/credentials'
 *
 * const sts = new StsClient({ region: 'eu-central-1', credentials: fromContainerMetadata() })
 * console.log((await sts.getCallerIdentity()).arn)
 * ```
 */
export function fromContainerMetadata(options: FromContainerMetadataOptions = {}): RefreshingProvider {
  const { timeout } = check(optionsSchema, options, 'options')
  return refreshing({
    name: 'fromContainerMetadata',
    timeout: 2 * timeout, // the file and the request
    find: () => containerAddress(options.env),
    async load(url, signal) {
      const authorization = await readAuthorization(options)
      const { text } = await request({
        method: 'GET',
        url,
        headers: { accept: 'application/json', ...(authorization && { authorization }) },
        secrets: authorization === undefined ? [] : secretsIn(authorization),
        fetch: options.fetch,
        timeout,
        signal,
      })
      return parseCredentials(text)
    },
  })
}

const optionsSchema = v.strictObject(
  {
    env: environmentSchema,
    fetch: functionSchema,
    readFile: functionSchema,
    timeout: timeoutSchema(1000),
  },
  OBJECT_RULE,
)

async function readAuthorization({
  env,
  readFile,
}: FromContainerMetadataOptions): Promise<string | undefined> {
  const file = readVariable(env, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
  if (file !== undefined) {
    const name = 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'
    return checkAuthorization(await readTextFile(readFile, file, name), `The file of ${name}`)
  }
  const token = readVariable(env, 'AWS_CONTAINER_AUTHORIZATION_TOKEN')
  return token === undefined ? undefined : checkAuthorization(token, 'AWS_CONTAINER_AUTHORIZATION_TOKEN')
}

// The platform would refuse such a header as well, with the token in its message.
function checkAuthorization(token: string, where: string): string {
  if (token === '') throw new CredentialsError(`${where} is empty`)
  if (/[\r\n]/.test(token)) throw new CredentialsError(`${where} must not hold a line break`)
  if (!/^[\x20-\x7e]+$/.test(token)) throw new CredentialsError(`${where} must be ASCII characters`)
  return token
}

// An endpoint may echo the token without its scheme, or without the blanks around it.
function secretsIn(authorization: string): string[] {
  const trimmed = authorization.trim()
  return [authorization, trimmed, trimmed.replace(/^\S+\s+/, '')]
}

async function request(metadataRequest: MetadataRequest): Promise<MetadataReply> {
  try {
    return await requestMetadata(metadataRequest)
  } catch (error) {
    if (!isSilence(error) || metadataRequest.url.protocol === 'https:') throw error
    const remedy = 'This address answers only inside the container, and never in Cloudflare Workers'
    throw new CredentialsError(`${reasonOf(error)}. ${remedy}`, causeOf(error))
  }
}
