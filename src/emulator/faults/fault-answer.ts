// What a fault does to the answer.

import { Fault } from '../protocol/fault.ts'
import { isBodiless } from '../protocol/response.ts'
import type { EmulatorFault } from './fault.ts'

/** The connection was cut, as a fault asked for: over HTTP it is, in process it looks as if. */
export class ConnectionCut extends TypeError {
  constructor() {
    super('fetch failed: the emulator cut the connection, as a fault asked for')
  }
}

/** The error that a fault has the service answer, `undefined` where it asks for none. */
export function errorOf({ status, code, message, throttle }: EmulatorFault): Fault | undefined {
  if (throttle !== undefined) {
    return new Fault(status ?? 400, code ?? 'Throttling', message ?? 'Rate exceeded')
  }
  if (status === undefined && code === undefined) return undefined
  return new Fault(
    status ?? statusOf(code),
    code ?? codeOf(status),
    message ?? 'The emulator was told to fail',
  )
}

/** The answer that stands in the place of AWS's, such as a proxy's page; `undefined` where there is none. */
export function foreignAnswer({ status = 502, body }: EmulatorFault, now: number): Response | undefined {
  if (body === undefined) return undefined
  const headers = { 'Content-Type': contentTypeOf(body), Date: new Date(now).toUTCString() }
  return new Response(isBodiless(status) ? null : body, { status, headers })
}

/** The answer, whose connection breaks after its head or amid its body; one without a body is whole with its head. */
export async function cut(response: Response, where: 'headers' | 'body'): Promise<Response> {
  if (response.body === null) return response
  const whole = new Uint8Array(await response.arrayBuffer())
  const chunks = where === 'headers' ? [] : [whole.subarray(0, Math.ceil(whole.length / 2))]
  const headers = new Headers(response.headers)
  headers.set('Content-Length', String(whole.length))
  const body = new ReadableStream<Uint8Array>({
    // Only when the reader asks for more, so that what was sent is read first.
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.error(new ConnectionCut())
      else controller.enqueue(chunk)
    },
  })
  return new Response(body, { status: response.status, headers })
}

function statusOf(code = ''): number {
  return statuses.get(code) ?? 400
}

// STS API reference, "Common errors" and the errors of its operations; IAM's of the switch. The others are 400.
const statuses: ReadonlyMap<string, number> = new Map([
  ['AccessDenied', 403],
  ['ExpiredToken', 403],
  ['IDPRejectedClaim', 403],
  ['InvalidClientTokenId', 403],
  ['MissingAuthenticationToken', 403],
  ['OutboundWebIdentityFederationDisabledException', 403],
  ['RegionDisabledException', 403],
  ['SessionDurationEscalationException', 403],
  ['SignatureDoesNotMatch', 403],
  ['FeatureDisabled', 404],
  ['FeatureEnabled', 409],
  ['InternalError', 500],
  ['InternalFailure', 500],
  ['ServiceUnavailable', 503],
])

function codeOf(status = 500): string {
  if (status === 503) return 'ServiceUnavailable'
  if (status === 429) return 'Throttling'
  if (status === 403) return 'AccessDenied'
  return status < 500 ? 'ValidationError' : 'InternalFailure'
}

function contentTypeOf(body: string): string {
  if (/^\s*[[{]/.test(body)) return 'application/json'
  return /^\s*<\?xml/.test(body) ? 'text/xml' : 'text/html; charset=utf-8'
}
