// What a party says when it refuses: RFC 6749 section 5.2, and the shapes of those who do it otherwise.

import { ExchangeError } from '../errors.ts'
import { ownMembers } from '../own-members.ts'
import { headerOf, redact } from '../query/redact.ts'
import { isRetryable, retryAfter } from '../query/retry.ts'
import type { ExchangePreset, Remedy } from './preset.ts'
import type { SentRequest } from './sent-request.ts'
import type { JsonObject } from './step.ts'

export function readRefusal(
  reply: JsonObject,
  response: Response,
  { preset, token, attempts }: SentRequest,
): ExchangeError {
  const secrets = [token, ...tokensIn(reply)]
  const told = codeAndDescription(reply)
  const code = told.code !== undefined && isCode(told.code, secrets) ? told.code : 'exchange_refused'
  const description =
    told.description === undefined
      ? undefined
      : redact(told.description, secrets).slice(0, LONGEST_DESCRIPTION)
  const wished = retryAfter(response.headers)
  return new ExchangeError({
    party: preset.party,
    code,
    description,
    statusCode: response.status,
    requestId: requestIdOf(response, token),
    retryable: isRetryable(response.status) || TRANSIENT_CODES.has(code),
    retryAfter: wished === 0 ? undefined : wished,
    attempts,
    remedy: remedyFor(`${code} ${description}`, code, preset),
  })
}

const LONGEST_DESCRIPTION = 1000

// A party that refuses and gives access in one reply may quote the one in the other.
function tokensIn(reply: JsonObject): string[] {
  return Object.entries(reply).flatMap(([name, value]) =>
    /token$/i.test(name) && typeof value === 'string' && value !== '' ? [value] : [],
  )
}

function isCode(code: string, secrets: readonly string[]): boolean {
  return /^[\w.-]{1,100}$/.test(code) && redact(code, secrets) === code
}

// RFC 6749 section 4.1.2.1 has them for a redirect; parties answer with them here, too.
const TRANSIENT_CODES = new Set(['temporarily_unavailable', 'server_error'])

interface Told {
  readonly code?: string | undefined
  readonly description?: string | undefined
}

// `{ error, error_description }` as the RFC has it; `{ error: { type, message } }` of Anthropic and OpenAI, with `status`
// of Google; `{ message }` of Tailscale and Chainguard.
function codeAndDescription({ error, error_description, message }: JsonObject): Told {
  if (typeof error === 'string') return { code: error, description: textOf(error_description ?? message) }
  if (typeof error === 'object' && error !== null) {
    const { type, status, code, message: words }: JsonObject = ownMembers<JsonObject>({ ...error })
    return { code: textOf(type ?? status ?? code), description: textOf(words) }
  }
  return { description: textOf(message) }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function remedyFor(told: string, code: string, { exchange, party }: ExchangePreset): string | undefined {
  const known: readonly Remedy[] = exchange.remedies
  return known.find(({ when }) => when.test(told))?.remedy ?? general(code, party)
}

function general(code: string, party: string): string | undefined {
  switch (code) {
    case 'invalid_grant':
      return `Compare issuer, subject and audience with what was entered at ${party}: \`npx aws-web-identity whoami\` prints them.`
    case 'invalid_client':
      return `Check the client id, and what was entered at ${party} for it.`
    case 'invalid_scope':
      return 'Check the scope.'
    default:
      return undefined
  }
}

/** The party's id of the request, by the names that parties give to it, as it may be shown. */
export function requestIdOf(response: Response, token: string): string | undefined {
  for (const name of ['x-request-id', 'request-id', 'x-ms-request-id', 'x-goog-request-id']) {
    const id = headerOf(response, name, [token])
    if (id !== undefined) return id
  }
  return undefined
}
