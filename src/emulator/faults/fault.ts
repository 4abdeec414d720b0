// Faults on order, so that a user can rehearse throttling, an outage, a clock that is off, or a proxy on the way.

import * as v from 'valibot'
import { integer } from '../option-rules.ts'

/** What shall go wrong. */
export interface EmulatorFault {
  /** Only with this operation, such as `GetWebIdentityToken`. Default with each. */
  readonly operation?: string | undefined
  /** How often, 1 to 1,000,000. Default always. */
  readonly times?: number | undefined
  /** The HTTP status, 200 to 599. Default the one that AWS has with the `code`. */
  readonly status?: number | undefined
  /** AWS's error code, such as `InternalFailure`. */
  readonly code?: string | undefined
  /** Of that error. Default a sentence that says who made it. */
  readonly message?: string | undefined
  /** A body in the place of AWS's XML, such as a proxy's HTML page; its status is 502 unless given. */
  readonly body?: string | undefined
  /** Milliseconds to wait before anything else, at most 600,000. */
  readonly delayMs?: number | undefined
  /** Breaks the connection: before anything is sent, after the head of the answer, or amid its body. */
  readonly close?: 'before' | 'headers' | 'body' | undefined
  /** Milliseconds by which the server's clock is ahead of the emulator's, or behind it; at most a century. */
  readonly dateOffsetMs?: number | undefined
  /** AWS's token bucket: what exceeds it is answered by `Throttling`, what does not is let pass. */
  readonly throttle?: { readonly ratePerSecond: number; readonly burst: number } | undefined
}

/** A request as a function of `faults` sees it. */
export interface FaultedRequest {
  readonly service: 'sts' | 'iam'
  readonly operation?: string
}

/** Faults in the order in which they are tried: the first that fits happens. A function is asked at each request. */
export type EmulatorFaults =
  | readonly EmulatorFault[]
  | ((request: FaultedRequest) => EmulatorFault | undefined)

// A century: what is beyond a `Date` can't be told, and years of five digits don't sort as text.
const longestOffset = 3_155_760_000_000
const positiveRule = 'must be a number above 0'

const positive = v.pipe(
  v.number(positiveRule),
  v.check((value) => value > 0, positiveRule),
)

const faultSchema = v.pipe(
  v.strictObject(
    {
      operation: v.optional(v.string('must be a string')),
      times: v.optional(integer(1, 1_000_000)),
      status: v.optional(integer(200, 599)),
      code: v.optional(v.string('must be a string')),
      message: v.optional(v.string('must be a string')),
      body: v.optional(v.string('must be a string')),
      delayMs: v.optional(integer(0, 600_000)),
      close: v.optional(v.picklist(['before', 'headers', 'body'], 'must be before, headers or body')),
      dateOffsetMs: v.optional(integer(-longestOffset, longestOffset)),
      throttle: v.optional(
        v.strictObject({ ratePerSecond: positive, burst: positive }, 'must be { ratePerSecond, burst }'),
      ),
    },
    'must be an object',
  ),
  v.check(
    ({ operation, times, ...effects }) => Object.values(effects).some((effect) => effect !== undefined),
    'must say what goes wrong: status, code, body, delayMs, close, dateOffsetMs or throttle',
  ),
)

/** A fault by that name, and a list of them: so that a complaint names where it stands. */
export const faultOption = v.object({ fault: faultSchema })
export const faultsOption = v.object({
  faults: v.array(faultSchema, 'must be an array of faults, or a function'),
})
