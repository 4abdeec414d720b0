// How long a caller is kept waiting: while it is there, and no longer than its patience. What it waited for goes on.

import { Problem } from '../http/problem.ts'

/** In milliseconds. */
const PATIENCE = 10_000
/** A token that this isolate has comes within so many turns of the queue of microtasks. */
const TURNS = 16

/**
 * The same promise, for a caller. What is there already is given without a timer and without a look at the request's signal,
 * which together take as long as all else that is done for it.
 *
 * @param signalOf gives the signal that is aborted when the caller has gone
 * @throws {Problem} 499 or 503
 */
export async function patiently<Value>(
  promise: Promise<Value>,
  signalOf: () => AbortSignal | undefined,
): Promise<Value> {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  promise.then(settle, settle)
  for (let turn = 0; turn < TURNS && !isSettled; turn += 1) await undefined
  return isSettled ? promise : bounded(promise, signalOf())
}

function bounded<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
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
