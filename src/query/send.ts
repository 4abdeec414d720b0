// One call of an operation, straight down: credentials, signature, request, reply.

import { InputError, ResponseError } from '../errors.ts'
import { type Credentials, type CredentialsProvider, resolveCredentials } from './credentials.ts'
import { type Deadline, withinDeadline } from './deadline.ts'
import type { Endpoint } from './endpoint.ts'
import { encodeForm, type QueryParameters } from './form.ts'
import type { QueryOperation, QueryService } from './operation.ts'
import { readReply } from './reply.ts'
import { type SigningKeys, sign } from './sign.ts'
import { preloadXmlParser } from './xml.ts'

/** What a client keeps for all its calls. */
export interface Connection {
  readonly service: QueryService
  readonly endpoint: Endpoint
  readonly credentials: Credentials | CredentialsProvider
  /** In place of the global `fetch`, which is looked up anew for each request. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** The bound on a whole call, in milliseconds. */
  readonly timeout: number
  readonly signingKeys: SigningKeys
}

/** What one call may be given beside its input. */
export interface CallOptions {
  /** Aborts the call at any point; it then rejects with the signal's `reason`. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends the operation and gives its output.
 *
 * @throws {InputError} {@link CredentialsError} {@link TimeoutError} {@link ServiceError}
 * {@link ResponseError}, or the reason of the caller's signal.
 */
export async function send<Output>(
  connection: Connection,
  operation: QueryOperation<Output>,
  parameters: QueryParameters,
  { signal }: CallOptions = {},
): Promise<Output> {
  if (operation.isRegionalOnly && connection.endpoint.isGlobal) {
    throw new InputError(
      'region',
      `must be a region, such as us-east-1: the global endpoint does not support ${operation.name}`,
    )
  }
  const { version } = connection.service
  const body = encodeForm({ Action: operation.name, Version: version, ...parameters })
  return withinDeadline(connection.timeout, signal, (deadline) =>
    attempt(connection, operation, body, deadline),
  )
}

async function attempt<Output>(
  connection: Connection,
  operation: QueryOperation<Output>,
  body: string,
  deadline: Deadline,
): Promise<Output> {
  const { service, endpoint, signingKeys } = connection
  const { signal } = deadline
  deadline.waitingFor('the credentials provider')
  const credentials = await resolveCredentials(connection.credentials)
  const headers = await sign({
    url: endpoint.url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    credentials,
    signingName: service.signingName,
    signingRegion: endpoint.signingRegion,
    now: Date.now(),
    keys: signingKeys,
  })
  signal.throwIfAborted()
  deadline.waitingFor('the response')
  const responding = request(connection, { method: 'POST', headers, body, redirect: 'manual', signal })
  const cancelPreload = preloadXmlParser()
  try {
    const response = await responding
    deadline.waitingFor('the response body')
    const secrets = [credentials.secretAccessKey, credentials.sessionToken].filter(
      (secret) => secret !== undefined,
    )
    return await readReply(response, { service, operation, secrets, attempts: 1, signal })
  } finally {
    cancelPreload()
  }
}

// `fetch` is called as a plain function: workerd and browsers refuse one that is called as a method of another
// object (`Illegal invocation`).
async function request({ fetch, endpoint }: Connection, init: RequestInit & { signal: AbortSignal }) {
  const send = fetch ?? globalThis.fetch
  try {
    const response = await send(endpoint.url.href, init)
    if (init.signal.aborted) await response.body?.cancel() // an injected fetch may not listen to the signal
    init.signal.throwIfAborted()
    return response
  } catch (cause) {
    init.signal.throwIfAborted()
    throw new ResponseError(
      'network_failure',
      `No response from ${endpoint.url.origin}: ${reasonOf(cause)}`,
      {
        retryable: true,
        attempts: 1,
        cause,
      },
    )
  }
}

// Node says only `fetch failed` and keeps the fact in `cause`.
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message
}
