// The options that every client of a Query service takes, and the connection that is made of them.

import * as v from 'valibot'
import { check, ownMembers } from '../check.ts'
import type { Fetch } from '../http/fetch.ts'
import { milliseconds } from './call-options.ts'
import { ServerClock } from './clock.ts'
import type { Connection, QueryService } from './connection.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'
import { resolveEndpoint } from './endpoint.ts'
import type { OnEvent } from './event.ts'
import { standardRetryPolicy } from './retry-policy.ts'

/** How to reach a service, and as whom. */
export interface ClientOptions {
  /** An AWS region, such as `eu-central-1`. */
  readonly region: string
  /**
   * AWS credentials, or a function that gives them and is asked for each call (a provider of
   * `aws-web-identity/credentials` or of the AWS SDK). Absent, only unsigned calls can be made.
   */
  readonly credentials?: Credentials | CredentialsProvider | undefined
  /** An address in place of AWS's own, such as `http://127.0.0.1:4566`; its path is kept. */
  readonly endpoint?: string | URL | undefined
  /** Whether to call the FIPS 140 endpoint; `false` when absent. It cannot go with `endpoint`. */
  readonly useFipsEndpoint?: boolean | undefined
  /** Whether to call the endpoint that has IPv6 too; `false` when absent. It cannot go with `endpoint`. */
  readonly useDualstackEndpoint?: boolean | undefined
  /** How many requests a call may send, 1 to 100; 3 when absent, 1 for no retry. */
  readonly maxAttempts?: number | undefined
  /** The bound on one attempt (connection, headers and body), in milliseconds; 5000 when absent. */
  readonly attemptTimeout?: number | undefined
  /**
   * The bound on a whole call (credentials and waits included), in milliseconds; 20,000 when absent. Both bounds
   * may be 1 to 2,147,483,647, the platform's longest timer.
   */
  readonly timeout?: number | undefined
  /** In place of the global `fetch`, which is otherwise looked up at each request. */
  readonly fetch?: Fetch | undefined
  /** Is told what happens during the calls. */
  readonly onEvent?: OnEvent | undefined
}

/** @throws {InputError} which names the option that is missing, malformed or contradicted. */
export function connect(service: QueryService, options: ClientOptions): Connection {
  const own = ownMembers(options)
  const { maxAttempts, attemptTimeout, timeout, ...where } = check(schema, own, 'options')
  return {
    service,
    endpoint: resolveEndpoint(service, ownMembers(where)),
    credentials: own.credentials,
    fetch: own.fetch,
    retryPolicy: standardRetryPolicy(maxAttempts),
    attemptTimeout,
    timeout,
    onEvent: own.onEvent,
    clock: new ServerClock(),
    signingKeys: new Map(),
  }
}

const boolean = v.boolean('must be true or false')
const callback = v.function('must be a function')
const attempts = 'must be a whole number from 1 to 100'

const schema = v.strictObject(
  {
    region: v.string('must be the name of an AWS region, such as eu-central-1'),
    // Looked at for each call, by `resolveCredentials`: here they may be a function still.
    credentials: v.optional(v.unknown()),
    endpoint: v.optional(v.union([v.string(), v.instance(URL)], 'must be a URL')),
    useFipsEndpoint: v.optional(boolean),
    useDualstackEndpoint: v.optional(boolean),
    maxAttempts: v.optional(
      v.pipe(v.number(attempts), v.integer(attempts), v.minValue(1, attempts), v.maxValue(100, attempts)),
      3,
    ),
    attemptTimeout: v.optional(milliseconds, 5000),
    timeout: v.optional(milliseconds, 20_000),
    fetch: v.optional(callback),
    onEvent: v.optional(callback),
  },
  'must be an object',
)
