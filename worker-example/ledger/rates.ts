// How often each caller asks. Each isolate counts by itself, so that nobody waits; with each batch of the audit the ledger
// learns its counts, and answers with the sums of all isolates. So a caller can be above its rate for about a second.

/** Requests are counted by minutes: the length of the window, in milliseconds. */
export const WINDOW = 60_000

/** Numbers by callers' names. */
export type Counts = Readonly<Record<string, number>>

/** The counts of one window. */
export class Rates {
  #window = 0
  readonly #totals = new Map<string, number>()
  readonly #untold = new Map<string, number>()

  /** Counts a request, unless as many came in this minute as may. @returns whether it is one of those that may come */
  count(caller: string, most: number, now: number): boolean {
    this.#turn(now)
    const total = this.#totals.get(caller) ?? 0
    if (total >= most) return false
    this.#totals.set(caller, total + 1)
    this.#untold.set(caller, (this.#untold.get(caller) ?? 0) + 1)
    return true
  }

  /** What was counted here in this minute since it was last asked for. */
  takeUntold(now: number): Counts {
    this.#turn(now)
    const untold = Object.fromEntries(this.#untold)
    this.#untold.clear()
    return untold
  }

  /**
   * Adds what another counted.
   *
   * @param at when it was told: what is of a minute that is over says nothing of this one
   * @returns the sums, of those callers
   */
  add(counts: Counts, at: number, now: number): Counts {
    this.#turn(now)
    if (windowOf(at) !== this.#window) return {}
    const sums = Object.entries(counts).map(([caller, count]) => {
      const total = (this.#totals.get(caller) ?? 0) + count
      this.#totals.set(caller, total)
      return [caller, total] as const
    })
    return Object.fromEntries(sums)
  }

  /** Learns the sums of all. @param at when they were asked for: of a minute that is over they say nothing of this one */
  learn(sums: Counts, at: number): void {
    if (windowOf(at) !== this.#window) return
    for (const [caller, sum] of Object.entries(sums)) {
      const all = sum + (this.#untold.get(caller) ?? 0)
      this.#totals.set(caller, Math.max(all, this.#totals.get(caller) ?? 0))
    }
  }

  #turn(now: number): void {
    const window = windowOf(now)
    if (window === this.#window) return
    this.#window = window
    this.#totals.clear()
    this.#untold.clear()
  }
}

function windowOf(time: number): number {
  return Math.floor(time / WINDOW)
}
