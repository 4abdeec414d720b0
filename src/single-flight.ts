// One load at a time, shared by all who wait for it. In Workers the I/O and the timers of a load belong to the request
// that began it, and when the platform drops that request, the load may never end for anybody: so it beats like a heart
// as long as its request lives, and when the heart stands still those who wait begin another, in their own requests.

/** Between two beats, and between two looks at them, in milliseconds. */
const BEAT = 500
/** A load is lost when its heart stood still for so long, in milliseconds. */
const STANDSTILL = 2000
/** So many of those who wait watch the heart, each by a timer of his own. */
const MOST_WATCHERS = 1000

interface Flight<Outcome> {
  readonly outcome: Promise<Outcome>
  settle(outcome: Outcome | Promise<Outcome>): void
  lastBeat: number
  waiters: number
  /** The one that was begun when this one was lost. */
  successor?: Flight<Outcome>
}

/** Runs a load for all who ask while it is under way. */
export class SingleFlight<Outcome> {
  readonly #load: (isCurrent: () => boolean) => Promise<Outcome>
  #flight: Flight<Outcome> | undefined

  /**
   * @param load which never rejects, and ends by a deadline of its own as long as its request lives. Where it is no
   * longer the current one, it was given up as lost and comes home late.
   */
  constructor(load: (isCurrent: () => boolean) => Promise<Outcome>) {
    this.#load = load
  }

  /** Whether there is one to join. */
  get isUnderWay(): boolean {
    return this.#flight !== undefined && !isLost(this.#flight)
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
    const flight: Flight<Outcome> = { outcome, settle, lastBeat: performance.now(), waiters: 0 }
    this.#flight = flight
    const heart = setInterval(() => {
      flight.lastBeat = performance.now()
    }, BEAT)
    const isCurrent = () => this.#flight === flight
    void this.#load(isCurrent).then((loaded) => {
      clearInterval(heart)
      if (isCurrent()) this.#flight = undefined
      settle(loaded)
    })
    if (before !== undefined) before.successor = flight
    // Who does not watch gets what this one brings. (Not all: workerd warns where one request settles another's promise.)
    if (before !== undefined && before.waiters > MOST_WATCHERS) before.settle(outcome)
    return flight
  }

  /**
   * Waits for the load; begins one where there is none, or where the one that was waited for is lost.
   *
   * @throws the signal's reason; the load goes on for the others.
   */
  async wait(signal: AbortSignal | undefined): Promise<Outcome> {
    signal?.throwIfAborted()
    let flight = this.begin()
    for (;;) {
      const settled = await settledOrLost(flight, signal)
      if (settled !== undefined) return settled.outcome
      // Of those who see it lost at the same time one begins another, which may have ended by now.
      flight = flight.successor ?? this.begin()
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
    flight.waiters += 1
    // The others are served by these: workerd allows a request 10,000 timers, and the load wants some.
    if (flight.waiters > MOST_WATCHERS) return
    // Twice: after a pause of the whole process it is chance whether the heart or the look comes first.
    let wasLost = false
    look = setInterval(() => {
      if (wasLost && isLost(flight)) resolve(undefined)
      wasLost = isLost(flight)
    }, BEAT)
  }).finally(() => {
    clearInterval(look)
    signal?.removeEventListener('abort', abort)
  })
}
