// What a client keeps for all its calls, what is known of one of them, and what the protocol must be told of the service
// that is called: a value, for the protocol knows none by name.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

import type { ResponseError, ServiceError, ServiceErrorDetails, TimeoutError } from '../errors.ts'
import type { Deadline } from '../http/deadline.ts'
import type { Fetch } from '../http/fetch.ts'
import type { ServerClock } from './clock.ts'
import type { Credentials, CredentialsProvider, ResolvedCredentials } from './credentials.ts'
import type { Endpoint, EndpointRules } from './endpoint.ts'
import type { OnEvent } from './event.ts'
import type { QueryParameters } from './form.ts'
import type { QueryOperation } from './operation.ts'
import type { RetryPolicy } from './retry-policy.ts'
import type { SigningKeys, UnsignedRequest } from './sign.ts'

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

/** A service that speaks the Query protocol. */
export interface QueryService extends EndpointRules {
  /** The API version: `2011-06-15`. */
  readonly version: string
  /** Loads what is needed before a request is sent. */
  readonly loadRequests: () => Promise<ServiceRequests>
  /** Loads what is needed once a request is on the wire: nothing of it is in front of the first one. */
  readonly loadReplies: () => Promise<ServiceReplies>
}

/** What is done before a request is sent. */
export interface ServiceRequests {
  /** The request's headers, with its signature. */
  readonly sign: (request: UnsignedRequest) => Promise<Headers>
}

/** Makes the error of what the service said: its class, where a code has one of its own, and its remedy. */
export type MakeError = (details: ServiceErrorDetails, parameters: QueryParameters) => ServiceError

/** What is done once a request is on the wire. */
export interface ServiceReplies {
  /** @throws {ServiceError} what AWS said. @throws {ResponseError} when this is no answer of AWS's. */
  readonly readReply: <Output>(response: Response, sent: SentRequest<Output>) => Promise<Output>
  /** The error of a request to which no response came. */
  readonly networkFailure: <Output>(error: unknown, sent: SentRequest<Output>) => ResponseError
  /** AWS's id of the request, as it may be shown; `undefined` when the response names none. */
  readonly requestIdOf: <Output>(response: Response, sent: SentRequest<Output>) => string | undefined
  /** Tries again what the first attempt failed of, as long as that may help. */
  readonly retry: <Output>(call: Call<Output>, first: FirstAttempt) => Promise<Output>
  /** An error of somebody else's code as it may be kept for a cause. */
  readonly redactError: (error: unknown) => Error
}

/** A request that was sent. */
export interface SentRequest<Output> {
  readonly call: Pick<Call<Output>, 'connection' | 'operation' | 'parameters'>
  readonly credentials: ResolvedCredentials | undefined
  /** How many requests were sent. */
  readonly attempts: number
  readonly signal: AbortSignal
}

/** The first attempt of a call, which failed. */
export interface FirstAttempt extends FailedAttempt {
  readonly credentials: ResolvedCredentials | undefined
  /** Whether the provider was asked for others already. */
  readonly isRefreshed: boolean
  /** The time that it was signed with. */
  readonly signedAt: number
}

/** What an attempt failed of, where another may mend it. */
export interface FailedAttempt {
  readonly error: AttemptError
  /** The response's headers, where one came. */
  readonly headers: Headers | undefined
}

/** What an attempt can fail of, and be tried again. */
export type AttemptError = ResponseError | ServiceError | TimeoutError
