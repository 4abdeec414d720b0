// Seeded chance: the same seed, the same run.

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to 1: mulberry32, which is small, fast and good enough for a simulation. */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** The time until the next of events that come at random, by their mean distance. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean
  }

  /** As latencies are: never short, sometimes very long. */
  logNormal({ median, sigma }: Latency): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.next()))
  }
}

/** A log-normal latency: its median in milliseconds, and how much it varies. */
export interface Latency {
  readonly median: number
  readonly sigma: number
}
