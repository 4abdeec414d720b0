// One attempt of a call: signature, request, reply, within its own time limit.

import { ResponseError, ServiceError, TimeoutError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { Call } from './connection.ts'
import type { ResolvedCredentials } from './credentials.ts'
import { emit } from './event.ts'
import { headerOf, redactError } from './redact.ts'
import { type ReplyContext, readReply } from './reply.ts'
import type { AttemptError } from './retry.ts'
import { sign } from './sign.ts'
import { preloadXmlParser } from './xml.ts'

/** What came of an attempt: the output, or an error that another attempt may mend. */
export type Result<Output> =
  | { readonly output: Output }
  | { readonly error: AttemptError; readonly headers: Headers | undefined }

/**
 * Signs, sends and reads once.
 *
 * @param number counts from 1
 * @throws what no further attempt can mend, such as the reason of the call's signal.
 */
export async function attempt<Output>(
  call: Call<Output>,
  credentials: ResolvedCredentials | undefined,
  number: number,
): Promise<Result<Output>> {
  const { connection, operation, deadline } = call
  const secrets = secretsOf(call, credentials)
  const event = { operation: operation.name, attempt: number }
  const began = performance.now()
  let response: Response | undefined
  const ended = (error?: unknown) =>
    emit(connection.onEvent, {
      type: 'response',
      ...event,
      statusCode: response?.status,
      requestId: response && headerOf(response, 'x-amzn-requestid', secrets),
      errorCode: error === undefined ? undefined : codeOf(error),
      duration: performance.now() - began,
    })
  try {
    const output = await withinDeadline(connection.attemptTimeout, deadline.signal, async (bound) => {
      const waitingFor = (what: string) => {
        deadline.waitingFor(what, number)
        bound.waitingFor(what, number)
      }
      const { signal } = bound
      deadline.waitingFor('the signature', number - 1)
      bound.waitingFor('the signature', number - 1)
      const headers = await signedHeaders(call, credentials)
      signal.throwIfAborted()
      waitingFor('the response')
      const { url, signingRegion } = connection.endpoint
      emit(connection.onEvent, { type: 'request', ...event, origin: url.origin, signingRegion })
      const responding = request(call, headers, { attempts: number, secrets, signal })
      const cancelPreload = preloadXmlParser()
      try {
        response = await responding
        connection.clock.confirm(response.headers.get('date'))
        waitingFor('the response body')
        return await readReply(response, { call, secrets, attempts: number, signal })
      } finally {
        cancelPreload()
      }
    })
    ended()
    return { output }
  } catch (error) {
    if (deadline.signal.aborted) {
      ended(deadline.signal.reason)
      throw deadline.signal.reason
    }
    if (!isAttemptError(error)) throw error
    ended(error)
    return { error, headers: response?.headers }
  }
}

// An abort's reason may be anything, and belongs to the caller.
function codeOf(error: unknown): string {
  return isAttemptError(error) ? error.code : 'aborted'
}

function secretsOf<Output>(
  { operation, parameters }: Call<Output>,
  credentials: ResolvedCredentials | undefined,
) {
  const { secretAccessKey, sessionToken } = credentials ?? {}
  return [secretAccessKey, sessionToken, ...(operation.secretsIn?.(parameters) ?? [])].filter(
    (secret) => secret !== undefined,
  )
}

async function signedHeaders<Output>(
  { connection, body }: Call<Output>,
  credentials: ResolvedCredentials | undefined,
): Promise<Headers> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  if (credentials === undefined) return new Headers(headers)
  return sign({
    url: connection.endpoint.url,
    headers,
    body,
    credentials,
    signingName: connection.service.signingName,
    signingRegion: connection.endpoint.signingRegion,
    now: connection.clock.now(),
    keys: connection.signingKeys,
  })
}

async function request<Output>(
  { connection, body }: Call<Output>,
  headers: Headers,
  { attempts, secrets, signal }: Pick<ReplyContext<Output>, 'attempts' | 'secrets' | 'signal'>,
): Promise<Response> {
  const { href, origin } = connection.endpoint.url
  // Called as a plain function: workerd and browsers refuse a `fetch` that is called as a method of another object
  // (`Illegal invocation`).
  const fetch = connection.fetch ?? globalThis.fetch
  try {
    const response = await fetch(href, { method: 'POST', headers, body, redirect: 'manual', signal })
    // An injected fetch may give anything, and may not listen to the signal.
    if (typeof response?.status !== 'number') throw new TypeError('fetch gave no Response')
    if (signal.aborted) response.body?.cancel().catch(() => {})
    signal.throwIfAborted()
    return response
  } catch (error) {
    signal.throwIfAborted()
    const cause = redactError(error, secrets)
    throw new ResponseError('network_failure', `No response from ${origin}: ${reasonOf(cause)}`, {
      retryable: true,
      attempts,
      cause,
    })
  }
}

// Node says only `fetch failed` and keeps the fact in `cause`.
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message
}

function isAttemptError(error: unknown): error is AttemptError {
  return error instanceof ResponseError || error instanceof ServiceError || error instanceof TimeoutError
}
