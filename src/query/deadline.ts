// One bound on everything that a call does: the caller's signal and a time limit, whichever comes first. What
// the work began is told by the signal that it gets; the caller is free at once, even where a credentials
// provider or an injected `fetch` does not listen to it.

import { TimeoutError } from '../errors.ts'

/** What the work sees of its bound. */
export interface Deadline {
  /** Aborts with the caller's reason, or with the `TimeoutError`. */
  readonly signal: AbortSignal
  /** Says what the work waits for from now on, for the `TimeoutError`. */
  waitingFor(what: string): void
}

/**
 * Runs the work until it ends, the signal aborts, or the time is over; leaves no timer and no listener behind.
 *
 * @param timeout in milliseconds
 * @throws {TimeoutError} when the time is over; the signal's reason when it aborts.
 */
export async function withinDeadline<T>(
  timeout: number,
  signal: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  let waitingFor = 'the call to begin'
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
  })
  const forward = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', forward)
  const timer = setTimeout(() => controller.abort(new TimeoutError(waitingFor, timeout)), timeout)
  try {
    return await Promise.race([
      aborted,
      work({
        signal: controller.signal,
        waitingFor(what) {
          waitingFor = what
        },
      }),
    ])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', forward)
  }
}
