// What a client keeps for all its calls, and what is known of one of them.

import type { Deadline } from '../http/deadline.ts'
import type { Fetch } from '../http/fetch.ts'
import type { ServerClock } from './clock.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'
import type { Endpoint } from './endpoint.ts'
import type { OnEvent } from './event.ts'
import type { QueryParameters } from './form.ts'
import type { QueryOperation, QueryService } from './operation.ts'
import type { RetryPolicy } from './retry.ts'
import type { SigningKeys } from './sign.ts'

/** What a client keeps for all its calls. */
export interface Connection {
  readonly service: QueryService
  readonly endpoint: Endpoint
  readonly credentials: Credentials | CredentialsProvider | undefined
  /** In place of the global `fetch`, which is looked up anew for each request. */
  readonly fetch: Fetch | undefined
  readonly retryPolicy: RetryPolicy
  /** The bound on one attempt, in milliseconds. */
  readonly attemptTimeout: number
  /** The bound on a whole call, in milliseconds. */
  readonly timeout: number
  readonly onEvent: OnEvent | undefined
  readonly clock: ServerClock
  readonly signingKeys: SigningKeys
}

/** A call under way. */
export interface Call<Output> {
  readonly connection: Connection
  readonly operation: QueryOperation<Output>
  readonly parameters: QueryParameters
  readonly body: string
  readonly deadline: Deadline
}
