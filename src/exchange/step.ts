// One request of an exchange: what is sent with a token, and what of the reply is the next one.

/** A request and how its reply is read. */
export interface ExchangeStep {
  /** Where the request goes: https, or http on loopback. */
  readonly endpoint: URL
  /** The request with this token. */
  request(token: string): ExchangeRequest
  /** @throws {UnusableReply} where it holds no token that can be used. */
  read(reply: JsonObject, context: ReplyContext): GrantedToken
}

/** What is posted. */
export interface ExchangeRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A token as a party gave it. */
export interface GrantedToken {
  readonly value: string
  /** How long it lives from when it was asked for, in milliseconds. */
  readonly lifetime: number
  /** What it is good for, where the party says so. */
  readonly scope?: string | undefined
}

/** What else is known when a reply is read. */
export interface ReplyContext {
  /** The server's time by the response's header `Date`, in milliseconds since 1970, where it can be seen. */
  readonly serverTime: number | undefined
}

/** The members of a JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Why a reply that arrived whole gives no token. The message never holds a value of the reply. */
export class UnusableReply extends Error {
  override get name(): string {
    return 'UnusableReply'
  }
}

/** By its name, since the step may be of another copy of this package. */
export function isUnusableReply(error: unknown): error is UnusableReply {
  return error instanceof Error && error.name === 'UnusableReply'
}

/** A form, as RFC 6749 has it (appendix B). */
export function form(
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): ExchangeRequest {
  const body = new URLSearchParams(parameters).toString()
  return { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body }
}

/** JSON, as some parties want it in the place of a form. */
export function json(
  parameters: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): ExchangeRequest {
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(parameters) }
}
