// Credentials of a role by the token of an identity provider that the role trusts: Kubernetes, GitHub, GitLab,
// any OpenID Connect issuer but AWS's own.
// https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html

import * as v from 'valibot'
import { check } from '../check.ts'
import { CredentialsError, InputError } from '../errors.ts'
import { readVariable, readVariableIfAllowed } from './environment.ts'
import { reasonOf } from './failure.ts'
import { functionSchema, OBJECT_RULE, sessionEntries, stsEntries, textSchema } from './options.ts'
import type { RefreshingProvider } from './provider.ts'
import { type ReadFile, readTextFile } from './read-file.ts'
import { refreshing } from './refreshing.ts'
import {
  asProvided,
  defaultSessionName,
  MARGIN,
  makeSts,
  refuseBeside,
  type StsOptions,
  type WebIdentityRoleAssumer,
} from './role-assumer.ts'

/** Options of {@link fromWebToken}. */
export interface FromWebTokenOptions extends StsOptions {
  /** The ARN of the role; `AWS_ROLE_ARN` when absent. */
  readonly roleArn?: string | undefined
  /**
   * The identity provider's token, or a function that gives it and is asked at each refresh: a token that is
   * given as a string serves until it ends.
   */
  readonly webIdentityToken?: string | (() => string | Promise<string>) | undefined
  /** A file that holds the token, read at each refresh; `AWS_WEB_IDENTITY_TOKEN_FILE` when neither is given. */
  readonly webIdentityTokenFile?: string | undefined
  /** How the session is called in logs; `AWS_ROLE_SESSION_NAME`, or a name with the time, when absent. */
  readonly roleSessionName?: string | undefined
  /** How long the credentials last, in seconds: 900 to 43,200 and no longer than the role allows. */
  readonly durationSeconds?: number | undefined
  /** A session policy, as JSON. */
  readonly policy?: string | undefined
  /** ARNs of managed policies for the session. */
  readonly policyArns?: readonly string[] | undefined
  /** The host of an OAuth 2.0 provider such as `www.amazon.com`; none for OpenID Connect. */
  readonly providerId?: string | undefined
  /** Reads the token's file; Node's, Bun's or Deno's own when absent. */
  readonly readFile?: ReadFile | undefined
  /** The client to ask, where one with other options exists; `region`, `endpoint` and `fetch` are then its own. */
  readonly sts?: WebIdentityRoleAssumer | undefined
}

/**
 * Credentials of a role through AssumeRoleWithWebIdentity, which is not signed: a token is all that it needs.
 * Without options it goes by `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME`, as
 * EKS sets them.
 *
 * They are kept until 5 minutes before their end. The provider throws a {@link CredentialsError}: with
 * `tryNextLink` where no token is configured; without where the role or the region is missing, the token cannot
 * be read, or AWS refuses. Its `cause` is then the `ServiceError`.
 *
 * @throws {InputError} which names the option that is unknown, malformed or contradicted.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * @example
 * ```ts
 * import { fromWebToken } from 'aws-web-identity/credentials'
 *
 * // GitHub Actions, without its action for AWS.
 * const credentials = fromWebToken({
 *   region: 'eu-central-1',
 *   roleArn: 'arn:aws:iam::123456789012:role/deploy',
 *   async webIdentityToken() {
 *     const response = await fetch(`${process.env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sts.amazonaws.com`, {
 *       headers: { authorization: `Bearer ${process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` },
 *     })
 *     return ((await response.json()) as { value: string }).value
 *   },
 * })
 * console.log((await credentials()).expiration)
 * ```
 */
export function fromWebToken(options: FromWebTokenOptions = {}): RefreshingProvider {
  const { timeout } = check(optionsSchema, options, 'options')
  refuseBeside(options.sts, options, ['region', 'endpoint', 'fetch'])
  if (options.webIdentityToken !== undefined && options.webIdentityTokenFile !== undefined) {
    throw new InputError('webIdentityTokenFile', 'cannot go with webIdentityToken')
  }
  let { sts } = options
  return refreshing({
    name: 'fromWebToken',
    timeout: timeout + MARGIN,
    now: () => sts?.now?.() ?? Date.now(),
    find() {
      const found = findRole(options)
      // One client for all refreshes: it remembers the server's clock.
      sts ??= makeSts(options, timeout)
      return { ...found, sts }
    },
    async load({ sts, roleArn, roleSessionName, readToken }, signal) {
      const { durationSeconds, policy, policyArns, providerId } = options
      const webIdentityToken = await readToken()
      signal.throwIfAborted()
      const input = {
        roleArn,
        roleSessionName,
        webIdentityToken,
        durationSeconds,
        policy,
        policyArns,
        providerId,
      }
      return asProvided(
        'AssumeRoleWithWebIdentity',
        roleArn,
        sts.assumeRoleWithWebIdentity(input, { signal }),
      )
    },
  })
}

interface FoundRole {
  readonly roleArn: string
  readonly roleSessionName: string
  readToken(): Promise<string>
}

function findRole({ env, readFile, ...given }: FromWebTokenOptions): FoundRole {
  const readToken = tokenReader({ env, readFile, ...given })
  const roleArn = given.roleArn ?? readVariable(env, 'AWS_ROLE_ARN')
  if (roleArn === undefined) {
    throw new CredentialsError('There is a token and no role: give `roleArn`, or set AWS_ROLE_ARN')
  }
  const roleSessionName = given.roleSessionName ?? readVariableIfAllowed(env, 'AWS_ROLE_SESSION_NAME')
  return { roleArn, roleSessionName: roleSessionName ?? defaultSessionName(), readToken }
}

function tokenReader(options: FromWebTokenOptions): () => Promise<string> {
  const { webIdentityToken, webIdentityTokenFile, env, readFile } = options
  if (typeof webIdentityToken === 'string') return async () => webIdentityToken
  if (webIdentityToken !== undefined) return () => askForToken(webIdentityToken)
  if (webIdentityTokenFile !== undefined) {
    return () => readToken(readFile, webIdentityTokenFile, 'webIdentityTokenFile')
  }
  const name = 'AWS_WEB_IDENTITY_TOKEN_FILE'
  const file = readVariable(env, name)
  if (file === undefined) throw new CredentialsError(`${name} is not set`, { tryNextLink: true })
  return () => readToken(readFile, file, name)
}

async function askForToken(ask: () => string | Promise<string>): Promise<string> {
  let token: unknown
  try {
    token = await ask()
  } catch (error) {
    throw new CredentialsError(`webIdentityToken failed: ${reasonOf(error)}`)
  }
  if (typeof token === 'string') return token
  throw new CredentialsError(`webIdentityToken must give a string: it gave the type ${typeof token}`)
}

// A file's last line break is no part of its token.
async function readToken(readFile: ReadFile | undefined, file: string, name: string): Promise<string> {
  const token = (await readTextFile(readFile, file, name)).trim()
  if (token === '') throw new CredentialsError(`The file of ${name} is empty`)
  return token
}

const optionsSchema = v.strictObject(
  {
    ...stsEntries,
    ...sessionEntries,
    roleArn: v.optional(textSchema),
    webIdentityToken: v.optional(
      v.union([textSchema, v.function()], 'must be a string that is not empty, or a function'),
    ),
    webIdentityTokenFile: v.optional(textSchema),
    providerId: v.optional(textSchema),
    readFile: functionSchema,
  },
  OBJECT_RULE,
)
