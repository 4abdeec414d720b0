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
  /**
   * The other parameters as they stand on the wire, such as `Audience.member.1`; secret ones are masked. Of a form that is
   * longer than any that AWS takes, only the beginning.
   */
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
  /** 0 where the connection was cut before the answer, be it by the client. */
  readonly statusCode: number
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestId: string
  readonly durationMs: number
}

/** How many requests are kept. */
const keptRequests = 1000

/** The last requests, the newest at the end; older ones are forgotten, so that memory stays flat. */
export class RequestLog {
  #requests: EmulatorRequest[] = []

  /** A copy. */
  get requests(): readonly EmulatorRequest[] {
    return this.#requests.slice(-keptRequests)
  }

  add(request: EmulatorRequest): void {
    // A clone: texts that were cut out of a form would keep all of the form in memory.
    this.#requests.push(structuredClone(request))
    // Cut seldom, so that adding costs the same however many there are.
    if (this.#requests.length >= 2 * keptRequests) this.#requests = this.#requests.slice(-keptRequests)
  }

  clear(): void {
    this.#requests = []
  }
}

/** A form's parameters without what names the operation and what must not be shown. */
export function shownParameters(form: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const shown: [string, string][] = []
  let room = shownCharacters
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version' || /^X-Amz-/i.test(name)) continue
    const pair = [name, secretNames.test(name) ? '***' : shownText(value)] as const
    room -= pair.join('').length
    if (room < 0) break
    shown.push([...pair])
  }
  return Object.fromEntries(shown)
}

/** A text that a client chose, cut where it is longer than any that AWS takes. */
export function shownText(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}

// Fifty tags and ten audiences, the longest ones, have 32,000 characters with their names.
const shownCharacters = 40_000
const longestText = 4096

// Those that STS has, and what somebody may send by mistake, whatever its case and whatever stands below it.
const secretNames = /^[^.]*(?:token|secret|signature|assertion|authorization)/i
