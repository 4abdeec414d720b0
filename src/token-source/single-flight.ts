// One load at a time, shared by all who wait for it. In Workers the I/O and the timers of a load belong to the request
// that began it, and when the platform drops that request, the load may never end for anybody: so it beats like a heart
// as long as its request lives, and when the heart stands still those who wait begin another, in their own requests.

/** Between two beats, and between two looks at them, in milliseconds. */
const BEAT = 500
/** A load is lost when its heart stood still for so long, in milliseconds. */
const STANDSTILL = 2000

interface Flight<Outcome> {
  readonly outcome: Promise<Outcome>
  settle(outcome: Outcome | Promise<Outcome>): void
  lastBeat: number
  /** Whether somebody waits who could not have a timer of his own, and gets what the next flight brings. */
  hasBlindWaiters: boolean
}

/** Runs a load for all who ask while it is under way. */
export class SingleFlight<Outcome> {
  readonly #load: () => Promise<Outcome>
  #flight: Flight<Outcome> | undefined

  /** @param load which never rejects, and ends by a deadline of its own as long as its request lives */
  constructor(load: () => Promise<Outcome>) {
    this.#load = load
  }

  /** Whether the last load was lost with its request, so that one which nobody waits for may be lost again. */
  get hasLost(): boolean {
    return this.#flight !== undefined && isLost(this.#flight)
  }

  /** Begins a load, or joins the one that is under way. */
  begin(): Flight<Outcome> {
    const before = this.#flight
    if (before !== undefined && !isLost(before)) return before
    let settle: Flight<Outcome>['settle'] = () => {}
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve
    })
    const flight: Flight<Outcome> = { outcome, settle, lastBeat: performance.now(), hasBlindWaiters: false }
    this.#flight = flight
    const heart = setInterval(() => {
      flight.lastBeat = performance.now()
    }, BEAT)
    void this.#load().then((loaded) => {
      clearInterval(heart)
      if (this.#flight === flight) this.#flight = undefined
      settle(loaded)
    })
    // In workerd a promise is only to be settled by another request where it cannot be helped: it warns of that.
    if (before?.hasBlindWaiters) before.settle(outcome)
    return flight
  }

  /**
   * Waits for the load; begins one where there is none, or where the one that was waited for is lost.
   *
   * @throws the signal's reason; the load goes on for the others.
   */
  async wait(signal: AbortSignal | undefined): Promise<Outcome> {
    for (;;) {
      signal?.throwIfAborted()
      const settled = await settledOrLost(this.begin(), signal)
      if (settled !== undefined) return settled.outcome
    }
  }
}

function isLost({ lastBeat }: Flight<unknown>): boolean {
  return performance.now() - lastBeat > STANDSTILL
}

/** `undefined` where the flight is lost. */
function settledOrLost<Outcome>(
  flight: Flight<Outcome>,
  signal: AbortSignal | undefined,
): Promise<{ outcome: Outcome } | undefined> {
  let abort = () => {}
  let look: ReturnType<typeof setInterval> | undefined
  return new Promise<{ outcome: Outcome } | undefined>((resolve, reject) => {
    void flight.outcome.then((outcome) => resolve({ outcome }))
    abort = () => reject(signal?.reason)
    signal?.addEventListener('abort', abort)
    // Twice: after a pause of the whole process it is chance whether the heart or the look comes first.
    let wasLost = false
    try {
      look = setInterval(() => {
        if (wasLost && isLost(flight)) resolve(undefined)
        wasLost = isLost(flight)
      }, BEAT)
    } catch {
      flight.hasBlindWaiters = true // workerd allows a request 10,000 timers
    }
  }).finally(() => {
    clearInterval(look)
    signal?.removeEventListener('abort', abort)
  })
}
