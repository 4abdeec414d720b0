// Holds the times of a token against the clock: RFC 7519 sections 4.1.4 to 4.1.6. It runs for each token each time,
// those too that are remembered.

import { VerificationError, type VerificationErrorCode } from '../errors.ts'
import type { IdentityFacts } from './identity.ts'

/** How times are judged. All in milliseconds. */
export interface TimePolicy {
  /** How far this clock may be off, for `exp` and `nbf`. */
  readonly clockTolerance: number
  readonly maxTokenAge?: number | undefined
}

/** So far the clock of whoever issued a token may be ahead of ours, in milliseconds. */
const LONGEST_AHEAD = 60_000

/** AWS mints tokens of at most an hour, in milliseconds. */
const LONGEST_LIFETIME = 3_600_000

/** @throws {VerificationError} `expired`, `not_yet_valid`, `issued_in_future`, `lifetime` or `too_old` */
export function checkTimes(facts: IdentityFacts, policy: TimePolicy, now: number): void {
  const { issued, expires, notBefore } = facts
  const { clockTolerance, maxTokenAge } = policy
  // Each is put so that a clock that gives no number refuses.
  if (!(now < expires + clockTolerance)) {
    const isJustOver = now - expires >= 0 && now - expires < 1000
    const since = isJustOver ? 'within this second' : `${seconds(now - expires)} ago`
    const message = `Expired ${since}; the clock of this machine may be ahead by as much`
    throw wrong('expired', message, `a time before ${iso(expires + clockTolerance)}`, iso(now))
  }
  if (notBefore !== undefined && !(now >= notBefore - clockTolerance)) {
    const message = `Not valid for another ${seconds(notBefore - now)}; the clock of this machine may be behind by as much`
    throw wrong('not_yet_valid', message, `a time from ${iso(notBefore - clockTolerance)}`, iso(now))
  }
  if (!(issued - now <= LONGEST_AHEAD)) {
    const message = `Issued ${seconds(issued - now)} from now; the clock of this machine may be behind by as much`
    throw wrong('issued_in_future', message, `a time until ${iso(now + LONGEST_AHEAD)}`, iso(issued))
  }
  const lifetime = expires - issued
  if (!(lifetime > 0 && lifetime <= LONGEST_LIFETIME)) {
    const message = `Signed for ${seconds(lifetime)}; AWS signs for up to ${seconds(LONGEST_LIFETIME)}`
    throw wrong('lifetime', message, `up to ${seconds(LONGEST_LIFETIME)}`, seconds(lifetime))
  }
  if (maxTokenAge !== undefined && !(now - issued <= maxTokenAge)) {
    const message = `Issued ${seconds(now - issued)} ago, accepted are tokens of at most ${seconds(maxTokenAge)}`
    throw wrong('too_old', message, `at most ${seconds(maxTokenAge)}`, seconds(now - issued))
  }
}

function wrong(code: VerificationErrorCode, message: string, expected: string, actual: string) {
  return new VerificationError(code, message, { expected, actual })
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds) / 1000} s`
}

function iso(time: number): string {
  return Math.abs(time) <= 8_640_000_000_000_000 ? new Date(time).toISOString() : 'no time'
}
