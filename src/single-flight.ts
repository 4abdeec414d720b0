// One load at a time, shared by all who wait for it. In Workers the I/O and the timers of a load belong to the request
// that began it, and when the platform drops that request, the load may never end for anybody: so it beats like a heart
// as long as its request lives, and when the heart stands still those who wait begin another, in their own requests.

/** Between two beats, and between two looks at them, in milliseconds. */
const BEAT = 500
/** A load is lost when its heart stood still for so long, in milliseconds. */
const STANDSTILL = 2000
/** Between two looks at a heart that seems to stand still, in milliseconds. */
const CLOSER_LOOK = 50

interface Flight<Outcome> {
  readonly outcome: Promise<Outcome>
  lastBeat: number
  /** The one that was begun when this one was lost. */
  successor?: Flight<Outcome>
}

/** Looks after a flight for those who joined it in one turn, and so in one request. */
interface Watch {
  readonly flight: Flight<unknown>
  /** Resolves when the flight is lost. */
  readonly lost: Promise<undefined>
  watchers: number
  stop(): void
}

/** Runs a load for all who ask while it is under way. */
export class SingleFlight<Outcome> {
  readonly #load: (isCurrent: () => boolean) => Promise<Outcome>
  #flight: Flight<Outcome> | undefined
  #watch: Watch | undefined

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

  /** Whether the last load seems to be lost with its request, so that one which nobody waits for may be lost again. */
  get hasLost(): boolean {
    return this.#flight !== undefined && isLost(this.#flight)
  }

  /** Begins a load unless there is one. */
  begin(): void {
    this.#join()
  }

  /**
   * Waits for the load; begins one where there is none, or where the one that was waited for is lost.
   *
   * @throws the signal's reason; the load goes on for the others.
   */
  async wait(signal: AbortSignal | undefined): Promise<Outcome> {
    signal?.throwIfAborted()
    let flight = this.#join()
    for (;;) {
      const settled = await this.#settledOrLost(flight, signal)
      if (settled !== undefined) return settled.outcome
      // Of those who see it lost the first one begins another, which may have ended when the next one looks.
      flight.successor ??= this.#replace(flight)
      flight = flight.successor
    }
  }

  #replace(lost: Flight<Outcome>): Flight<Outcome> {
    if (this.#flight === lost) this.#flight = undefined
    return this.#join()
  }

  #join(): Flight<Outcome> {
    if (this.#flight !== undefined) return this.#flight
    let settle: (outcome: Outcome) => void = () => {}
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve
    })
    const flight: Flight<Outcome> = { outcome, lastBeat: performance.now() }
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
    return flight
  }

  /** `undefined` where the flight is lost. */
  async #settledOrLost(
    flight: Flight<Outcome>,
    signal: AbortSignal | undefined,
  ): Promise<{ outcome: Outcome } | undefined> {
    const watch = this.#watchOver(flight)
    watch.watchers += 1
    let abort = () => {}
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal?.reason)
      signal?.addEventListener('abort', abort)
    })
    try {
      return await Promise.race([flight.outcome.then((outcome) => ({ outcome })), watch.lost, aborted])
    } finally {
      signal?.removeEventListener('abort', abort)
      watch.watchers -= 1
      if (watch.watchers === 0) watch.stop()
    }
  }

  // One timer for all who come in one turn, which is a turn of one request: workerd allows a request 10,000 timers.
  #watchOver(flight: Flight<Outcome>): Watch {
    if (this.#watch?.flight === flight) return this.#watch
    const watch = watchOver(flight)
    this.#watch = watch
    queueMicrotask(() => {
      if (this.#watch === watch) this.#watch = undefined
    })
    return watch
  }
}

function isLost({ lastBeat }: Flight<unknown>): boolean {
  return performance.now() - lastBeat > STANDSTILL
}

function watchOver(flight: Flight<unknown>): Watch {
  let look: ReturnType<typeof setInterval> | undefined
  const lost = new Promise<undefined>((resolve) => {
    // Twice: after a pause of the whole process it is chance whether the heart or the look comes first.
    let wasLost = isLost(flight)
    look = setInterval(
      () => {
        if (wasLost && isLost(flight)) resolve(undefined)
        wasLost = isLost(flight)
      },
      wasLost ? CLOSER_LOOK : BEAT,
    )
  })
  return { flight, lost, watchers: 0, stop: () => clearInterval(look) }
}
