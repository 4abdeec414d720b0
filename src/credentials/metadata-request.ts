// One request to an endpoint that gives credentials: one try within its time, no redirect, no long body, and
// what the endpoint says of an error as a typed error.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

import { ResponseError, type ResponseErrorCode, ServiceError } from '../errors.ts'
import { BodyTooLarge, MAX_BODY_BYTES, readText } from '../http/body.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { Fetch } from '../http/fetch.ts'
import { excerpt, redact } from '../query/redact.ts'
import { isRetryable } from '../query/retry.ts'

/** A request, and what it needs to be sent. */
export interface MetadataRequest {
  readonly method: 'GET' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** What must stand in no error: whatever secret the headers hold. */
  readonly secrets: readonly string[]
  /** In place of the global `fetch`, which is looked up anew for each request. */
  readonly fetch: Fetch | undefined
  /** The bound on this try, in milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/** What came with a status of success. */
export interface MetadataReply {
  readonly headers: Headers
  readonly text: string
}

/**
 * @throws {ServiceError} what the endpoint said, in JSON with `code` and `message`.
 * @throws {ResponseError} when no answer came, or none of such an endpoint's. Neither has a cause.
 * @throws {TimeoutError} when the time is over.
 */
export async function requestMetadata(request: MetadataRequest): Promise<MetadataReply> {
  return withinDeadline(request.timeout, request.signal, async ({ signal, waitingFor }) => {
    waitingFor(`a response from ${request.url.origin}`, 1)
    const response = await send(request, signal)
    const text = await readBody(request, response, signal)
    if (!response.ok) throw refusal(request, response.status, text)
    return { headers: response.headers, text }
  })
}

// `fetch` is called as a plain function: workerd and browsers refuse one that is called as a method of another
// object. What it throws is not kept: it may name the headers.
async function send(request: MetadataRequest, signal: AbortSignal): Promise<Response> {
  const { method, url, headers } = request
  const fetch = request.fetch ?? globalThis.fetch
  let response: Response
  try {
    response = await fetch(url.href, { method, headers, redirect: 'manual', signal })
  } catch (error) {
    signal.throwIfAborted()
    const reason = excerpt(reasonOf(error), request.secrets)
    throw noAnswer('network_failure', `No response from ${url.origin}: ${reason}`)
  }
  // An injected fetch may not listen to the signal; how a body that is given up ends is nobody's concern.
  if (signal.aborted) response.body?.cancel().catch(() => {})
  signal.throwIfAborted()
  return response
}

async function readBody(
  { url, secrets }: MetadataRequest,
  response: Response,
  signal: AbortSignal,
): Promise<string> {
  const { status, type } = response
  if (type === 'opaqueredirect' || (status >= 300 && status <= 399)) {
    response.body?.cancel().catch(() => {})
    throw noAnswer('redirect', `${url.origin} answered with a redirect, which is not followed`, status)
  }
  try {
    return await readText(response, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof BodyTooLarge) {
      const message = `${url.origin} answered with a body of more than ${MAX_BODY_BYTES} bytes`
      throw noAnswer('too_large', message, status)
    }
    const reason = excerpt(reasonOf(error), secrets)
    throw noAnswer('incomplete_body', `The answer of ${url.origin} cannot be read: ${reason}`, status)
  }
}

function refusal(request: MetadataRequest, status: number, text: string): ServiceError | ResponseError {
  const told = errorIn(text)
  const answered = `${request.url.origin} answered with HTTP ${status}`
  if (told === undefined) {
    return noAnswer('unexpected_content', `${answered}: ${excerpt(text, request.secrets)}`, status)
  }
  const code = /^[\w.-]{1,100}$/.test(told.code) ? redact(told.code, request.secrets) : 'no error code'
  const message = `${answered}: ${code}: ${excerpt(told.message, request.secrets)}`
  return metadataError(code, message, status)
}

/** An error in an endpoint's own words. */
export function metadataError(code: string, message: string, statusCode: number): ServiceError {
  return new ServiceError({
    code,
    message,
    statusCode,
    requestId: undefined,
    fault: statusCode >= 500 ? 'server' : 'client',
    retryable: isRetryable(statusCode),
    attempts: 1,
  })
}

function errorIn(text: string): { code: string; message: string } | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null) return undefined
  const { code, Code = code, message, Message = message } = json as Record<string, unknown>
  return typeof Code === 'string' ? { code: Code, message: String(Message ?? '') } : undefined
}

function noAnswer(code: ResponseErrorCode, message: string, statusCode?: number): ResponseError {
  const passes = statusCode === undefined || code === 'incomplete_body' || isRetryable(statusCode)
  return new ResponseError(code, message, { statusCode, retryable: passes, attempts: 1 })
}

// Node says only `fetch failed` and keeps the fact in `cause`.
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message
}
