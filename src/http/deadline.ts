// One bound on what a call does: a signal and a time limit, whichever comes first. What the work began is told by
// the signal that it gets; the caller is free at once, even where a credentials provider or an injected `fetch`
// does not listen to it.

import { TimeoutError } from '../errors.ts'

/** What the work sees of its bound. */
export interface Deadline {
  /** Aborts with the caller's reason, or with the `TimeoutError`. */
  readonly signal: AbortSignal
  /** What is left, in milliseconds. */
  timeLeft(): number
  /** Waits for it while the time stands still: what it takes is none of the work's. */
  uncounted<T>(other: Promise<T>): Promise<T>
  /**
   * Says what the work waits for from now on, and how many requests it has sent, for the `TimeoutError`; its cause is the
   * last error that was told.
   */
  waitingFor(what: string, attempts: number, lastError?: unknown): void
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
  let end = performance.now() + timeout
  let progress: { what: string; attempts: number; lastError?: unknown } = {
    what: 'the call to begin',
    attempts: 0,
  }
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
  })
  const forward = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', forward)
  const expire = () => {
    const { what, attempts, lastError } = progress
    const cause = lastError === undefined ? undefined : { cause: lastError }
    controller.abort(new TimeoutError(what, timeout, attempts, cause))
  }
  let timer = setTimeout(expire, timeout)
  let isOver = false
  const deadline: Deadline = {
    signal: controller.signal,
    timeLeft: () => end - performance.now(),
    async uncounted(other) {
      clearTimeout(timer)
      const left = end - performance.now()
      try {
        return await other
      } finally {
        end = performance.now() + left
        if (!isOver) timer = setTimeout(expire, Math.max(0, left))
      }
    },
    waitingFor(what, attempts, lastError = progress.lastError) {
      progress = { what, attempts, lastError }
    },
  }
  try {
    return await Promise.race([aborted, work(deadline)])
  } finally {
    isOver = true
    clearTimeout(timer)
    signal?.removeEventListener('abort', forward)
  }
}
