// One attempt of a call: signature, request, reply, within its own time limit.

import { ResponseError, ServiceError, TimeoutError, WebIdentityError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { AttemptError, Call, FailedAttempt, SentRequest, ServiceReplies } from './connection.ts'
import type { ResolvedCredentials } from './credentials.ts'
import { emit } from './event.ts'

/** What came of an attempt: the output, or an error that another attempt may mend. */
export type Result<Output> = { readonly output: Output } | FailedAttempt

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
  const event = { operation: operation.name, attempt: number }
  const began = performance.now()
  let isSent = false
  let response: Response | undefined
  let requestId: string | undefined
  const ended = (errorCode?: string) => {
    if (!isSent) return
    emit(connection.onEvent, {
      type: 'response',
      ...event,
      statusCode: response?.status,
      requestId,
      errorCode,
      duration: performance.now() - began,
    })
  }
  try {
    const output = await withinDeadline(connection.attemptTimeout, deadline.signal, async (bound) => {
      const waitingFor = (what: string, attempts = number) => {
        deadline.waitingFor(what, attempts)
        bound.waitingFor(what, attempts)
      }
      const { signal } = bound
      waitingFor('the signature', number - 1)
      const headers = await signedHeaders(call, credentials)
      signal.throwIfAborted()
      waitingFor('the response')
      const { url, signingRegion } = connection.endpoint
      isSent = true
      emit(connection.onEvent, { type: 'request', ...event, origin: url.origin, signingRegion })
      const sent = { call, credentials, attempts: number, signal }
      const responding = request(call, headers, signal)
      const replies = preload(connection.service.loadReplies)
      try {
        response = await responding
      } catch (error) {
        signal.throwIfAborted()
        throw await networkFailure(error, sent, replies.loaded())
      } finally {
        replies.cancel()
      }
      connection.clock.confirm(response.headers.get('date'))
      waitingFor('the code that reads the response')
      // An attempt that was answered is not made again because this program is slow to load.
      const loading = bound.uncounted(replies.loaded())
      const { requestIdOf, readReply } = await holding(response, loading, signal)
      requestId = requestIdOf(response, sent)
      waitingFor('the response body')
      return await readReply(response, sent)
    })
    ended()
    return { output }
  } catch (error) {
    if (deadline.signal.aborted) {
      const { reason } = deadline.signal
      ended(isAttemptError(reason) ? reason.code : 'aborted') // a reason may be anything, and belongs to the caller
      throw reason
    }
    if (error instanceof WebIdentityError) ended(error.code)
    if (!isAttemptError(error)) throw error
    return { error, headers: response?.headers }
  }
}

async function signedHeaders<Output>(
  { connection, body }: Call<Output>,
  credentials: ResolvedCredentials | undefined,
): Promise<Headers> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  if (credentials === undefined) return new Headers(headers)
  const { sign } = await connection.service.loadRequests()
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
  signal: AbortSignal,
): Promise<Response> {
  // Called as a plain function: workerd and browsers refuse a `fetch` that is called as a method of another object
  // (`Illegal invocation`).
  const fetch = connection.fetch ?? globalThis.fetch
  const { href } = connection.endpoint.url
  const response = await fetch(href, { method: 'POST', headers, body, redirect: 'manual', signal })
  // An injected fetch may give anything, and may not listen to the signal.
  if (typeof response?.status !== 'number') throw new TypeError('fetch gave no Response')
  if (signal.aborted) cancelBody(response)
  signal.throwIfAborted()
  return response
}

/**
 * Begins to load one turn of the event loop later, when the request that was just begun is on the wire: measured in
 * workerd, evaluating the modules at once holds up the socket and costs 60 % of the first response, a turn later 7 %.
 */
function preload<Part>(load: () => Promise<Part>): { loaded(): Promise<Part>; cancel(): void } {
  let loading: Promise<Part> | undefined
  const timer = setTimeout(() => {
    loading = load()
    loading.catch(() => {}) // who waits for it meets the error
  })
  return { loaded: () => loading ?? load(), cancel: () => clearTimeout(timer) }
}

/** Without the code that reads what a platform says, nothing of it can be shown. */
async function networkFailure<Output>(
  error: unknown,
  sent: SentRequest<Output>,
  loading: Promise<ServiceReplies>,
): Promise<ResponseError> {
  const replies = await loading.catch(() => undefined)
  if (replies !== undefined) return replies.networkFailure(error, sent)
  const { origin } = sent.call.connection.endpoint.url
  const { attempts } = sent
  return new ResponseError('network_failure', `No response from ${origin}`, { retryable: true, attempts })
}

/** Gives up the body where what is to read it does not come in time. */
async function holding<Part>(response: Response, loading: Promise<Part>, signal: AbortSignal): Promise<Part> {
  const giveUp = () => cancelBody(response)
  signal.addEventListener('abort', giveUp)
  try {
    return await loading
  } catch (error) {
    giveUp()
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

// How a body ends that is given up is nobody's concern.
function cancelBody(response: Response): void {
  response.body?.cancel().catch(() => {})
}

function isAttemptError(error: unknown): error is AttemptError {
  return error instanceof ResponseError || error instanceof ServiceError || error instanceof TimeoutError
}
