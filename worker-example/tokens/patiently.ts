// How long a caller is kept waiting: while it is there, and no longer than its patience. What it waited for goes on.

import { Problem } from '../http/problem.ts'

/** In milliseconds. */
const PATIENCE = 10_000

/**
 * The same promise, for a caller. One timer in place of signals: `AbortSignal.timeout` and `AbortSignal.any` take a tenth of
 * the time of a request whose token is there.
 *
 * @param signal aborted when the caller has gone
 * @throws {Problem} 499 or 503
 */
export function patiently<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new Problem(499, 'client_closed_request', 'The caller has gone.'))
    const timer = setTimeout(() => {
      const why = `nothing came within ${PATIENCE / 1000} s`
      reject(
        new Problem(503, 'unavailable', 'Nothing came in time. Try again.', {
          why,
          headers: { 'Retry-After': '1' },
        }),
      )
    }, PATIENCE)
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave)
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
    })
  })
}
