// What whoever watches the emulator is told of a request, and the log that keeps the last ones.

import type { AccessDecision } from './account/access.ts'
import type { MintedToken } from './call.ts'
import type { EmulatorFault } from './faults/fault.ts'

/** What the emulator tells of a request to STS or IAM; it holds no secret, no signature and no token. */
export interface EmulatorRequest {
  /** The emulator's clock when the request came, RFC 3339. */
  readonly time: string
  readonly service: 'sts' | 'iam'
  /** The parameter `Action`, where it could be read. */
  readonly operation?: string
  /** The other parameters as they stand on the wire, such as `Audience.member.1`; secret ones are masked. */
  readonly parameters?: Readonly<Record<string, string>>
  /** ARN of the caller, once the signature was verified. */
  readonly callerArn?: string
  readonly signedHeaders?: readonly string[]
  /** `date/region/service/aws4_request`. */
  readonly credentialScope?: string
  /** What the policies said, in the order in which they were asked. */
  readonly decisions?: readonly AccessDecision[]
  /** The token that was minted, without its signature. */
  readonly token?: MintedToken
  /** The fault that was ordered and happened. */
  readonly fault?: EmulatorFault
  /** 0 where the connection was cut before the answer. */
  readonly statusCode: number
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestId: string
  readonly durationMs: number
}

/** How many requests are kept. */
export const keptRequests = 1000

/** The last requests, the newest at the end; older ones are forgotten, so that memory stays flat. */
export class RequestLog {
  #requests: EmulatorRequest[] = []

  /** A copy. */
  get requests(): readonly EmulatorRequest[] {
    return this.#requests.slice(-keptRequests)
  }

  add(request: EmulatorRequest): void {
    this.#requests.push(request)
    // Cut seldom, so that adding costs the same however many there are.
    if (this.#requests.length >= 2 * keptRequests) this.#requests = this.#requests.slice(-keptRequests)
  }

  clear(): void {
    this.#requests = []
  }
}

/** A form's parameters without what names the operation and what must not be shown. */
export function shownParameters(form: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const shown = [...form]
    .filter(([name]) => name !== 'Action' && name !== 'Version' && !/^X-Amz-/i.test(name))
    .map(([name, value]) => [name, secretParameters.has(name) ? '***' : value] as const)
  return Object.fromEntries(shown)
}

const secretParameters = new Set(['WebIdentityToken', 'TokenCode', 'SAMLAssertion', 'TradeInToken'])
