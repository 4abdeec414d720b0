// From a party's response to a token, or to the typed error: RFC 6749 sections 5.1 and 5.2, and what parties say instead.

import { ResponseError, type ResponseErrorCode } from '../errors.ts'
import { ownMembers } from '../own-members.ts'
import { answerText } from '../query/answer-text.ts'
import { excerpt, headerOf, redact } from '../query/redact.ts'
import { isRetryable } from '../query/retry.ts'
import { readRefusal, requestIdOf } from './refusal.ts'
import type { SentRequest } from './sent-request.ts'
import { type GrantedToken, isUnusableReply, type JsonObject } from './step.ts'

/** Nobody is to rely on a token for longer, in milliseconds; it is renewed after most of that. */
const LONGEST = 24 * 60 * 60_000

/** @throws {ExchangeError} what the party said. @throws {ResponseError} when this is no answer of a party's. */
export async function readReply(response: Response, request: SentRequest): Promise<GrantedToken> {
  const text = await answerText(response, {
    signal: request.signal,
    secrets: [request.token],
    noAnswer: (code, came, cause) => noAnswer(code, came, response, request, cause),
  })
  const reply = parseObject(text, response, request)
  if (!response.ok || isThere(reply['error'])) throw readRefusal(reply, response, request)
  try {
    const granted = request.step.read(reply, { serverTime: timeOf(response) })
    return { ...granted, lifetime: Math.min(granted.lifetime, LONGEST) }
  } catch (error) {
    if (!isUnusableReply(error)) throw error
    // Nothing of it is shown: it may hold an access token under any name.
    throw noAnswer('unexpected_reply', `a reply that is of no use: ${error.message}`, response, request)
  }
}

// Some write `null` for what is not there.
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

function parseObject(text: string, response: Response, request: SentRequest): JsonObject {
  const contentType = response.headers.get('content-type')
  const isNamedJson = contentType === null || /^[\w.-]+\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType)
  const value = isNamedJson ? parse(text) : undefined
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return ownMembers<JsonObject>({ ...value })
  }
  // What was accepted may hold an access token, whatever it calls itself.
  const came = response.ok ? 'what is no JSON object' : excerpt(text, [request.token])
  throw noAnswer('unexpected_content', came, response, request)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function timeOf(response: Response): number | undefined {
  const time = Date.parse(response.headers.get('date') ?? '')
  return Number.isNaN(time) ? undefined : time
}

function noAnswer(
  code: ResponseErrorCode,
  came: string,
  response: Response,
  { preset, token, attempts }: SentRequest,
  cause?: Error,
): ResponseError {
  const contentType = headerOf(response, 'content-type', [token])
  const message = `${preset.party} answered with HTTP ${response.status}, ${contentType ?? 'no content type'}: ${came}`
  return new ResponseError(code, redact(message, [token]), {
    statusCode: response.status,
    contentType,
    requestId: requestIdOf(response, token),
    retryable: code === 'incomplete_body' || isRetryable(response.status),
    attempts,
    cause,
  })
}
