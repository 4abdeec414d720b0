// What a Worker catches that called the entry point. RPC brings no class of ours: an error arrives as an `Error` with its
// message, and with its own properties where both Workers have a compatibility date of 2026-04-21 or later, or the flag
// `enhanced_error_serialization`. https://developers.cloudflare.com/workers/runtime-apis/rpc/error-handling/

import type { Problem } from '../http/problem.ts'

/** Why there is no token, as another Worker catches it: `isTokensError` tells it from other errors. */
export interface TokensError extends Error {
  /** What was wrong, for a program: `audience_not_allowed`, `unknown_caller`, `unavailable`. `POST /token` has the same. */
  readonly code: string
  /** The status that `POST /token` would have. From 500 on it may be other the next time. */
  readonly status: number
  /** By which the Worker's log tells of the call. */
  readonly requestId: string
  /** Try again after so many seconds, where that is known. */
  readonly retryAfterSeconds?: number
  /** Of a denial: what the policy allows this caller. */
  readonly allowed?: {
    readonly audiences: readonly string[]
    readonly algorithms: readonly string[]
    readonly maxDurationSeconds: number
    /** The keys of tags to which it may give a value. */
    readonly tags: readonly string[]
    /** The access tokens that it may have. */
    readonly presets: readonly string[]
  }
  /** Of `invalid_parameter`: the member that is wrong. */
  readonly parameter?: string
}

/**
 * Whether this is an error of the entry point. In a Worker with an older compatibility date none is: there the message alone
 * tells, which begins with the code, as in `audience_not_allowed: The policy …`.
 */
export function isTokensError(error: unknown): error is TokensError {
  return error instanceof Error && 'code' in error && 'status' in error && 'requestId' in error
}

/** The error to throw to the other Worker. */
export function tokensError(
  { code, message, status, members, headers }: Problem,
  requestId: string,
): TokensError {
  const retryAfter = headers['Retry-After']
  return Object.assign(new Error(`${code}: ${message} (request ${requestId})`), {
    ...members,
    code,
    status,
    requestId,
    ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }),
  })
}
