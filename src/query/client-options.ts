// The options that every client of a Query service takes, and the connection that is made of them.

import { InputError } from '../errors.ts'
import type { Fetch } from '../http/fetch.ts'
import { ownMembers } from '../own-members.ts'
import { LONGEST_TIMER } from './call-options.ts'
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

/** @throws {InputError} which names the option that is missing, unknown, malformed or contradicted. */
export function connect(service: QueryService, options: ClientOptions): Connection {
  const own = ownMembers(options)
  checkOptions(own)
  return {
    service,
    endpoint: resolveEndpoint(service, own),
    credentials: own.credentials,
    fetch: own.fetch,
    retryPolicy: standardRetryPolicy(own.maxAttempts ?? 3),
    attemptTimeout: own.attemptTimeout ?? 5000,
    timeout: own.timeout ?? 20_000,
    onEvent: own.onEvent,
    clock: new ServerClock(),
    signingKeys: new Map(),
  }
}

// By hand, and not with valibot, which is loaded for the first call: these few rules hold when a client is made.
function checkOptions(options: ClientOptions): void {
  if (!('region' in options)) throw new InputError('region', 'is missing')
  for (const [name, value] of Object.entries(options)) {
    if (!isOption(name)) throw new InputError(name, 'is not known here')
    if (value === undefined && name !== 'region') continue
    const broken = rules[name].find(({ holds }) => !holds(value))
    if (broken !== undefined) throw new InputError(name, broken.rule)
  }
}

function isOption(name: string): name is keyof ClientOptions {
  return Object.hasOwn(rules, name)
}

interface Rule {
  readonly rule: string
  readonly holds: (value: unknown) => boolean
}

const boolean: readonly Rule[] = [
  { rule: 'must be true or false', holds: (value) => typeof value === 'boolean' },
]
const callback: readonly Rule[] = [
  { rule: 'must be a function', holds: (value) => typeof value === 'function' },
]
const milliseconds: readonly Rule[] = [
  {
    rule: 'must be a number of milliseconds',
    holds: (value) => typeof value === 'number' && !Number.isNaN(value),
  },
  {
    rule: `must be from 1 to ${LONGEST_TIMER} milliseconds`,
    holds: (value) => isWithin(value, 1, LONGEST_TIMER),
  },
]

const rules: Readonly<Record<keyof ClientOptions, readonly Rule[]>> = {
  region: [
    {
      rule: 'must be the name of an AWS region, such as eu-central-1',
      holds: (value) => typeof value === 'string',
    },
  ],
  // Looked at for each call, by `resolveCredentials`: here they may be a function still.
  credentials: [],
  endpoint: [{ rule: 'must be a URL', holds: (value) => typeof value === 'string' || value instanceof URL }],
  useFipsEndpoint: boolean,
  useDualstackEndpoint: boolean,
  maxAttempts: [
    {
      rule: 'must be a whole number from 1 to 100',
      holds: (value) => Number.isInteger(value) && isWithin(value, 1, 100),
    },
  ],
  attemptTimeout: milliseconds,
  timeout: milliseconds,
  fetch: callback,
  onEvent: callback,
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
