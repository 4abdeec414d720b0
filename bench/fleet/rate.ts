// A limit on requests a second, with a burst of one second.

import type { Clock } from './clock.ts'

export class Rate {
  readonly #clock: Clock
  readonly #perSecond: number
  #available: number
  #at = 0

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock
    this.#perSecond = perSecond
    this.#available = Math.max(1, perSecond)
  }

  take(): boolean {
    const { now } = this.#clock
    const burst = Math.max(1, this.#perSecond)
    this.#available = Math.min(burst, this.#available + ((now - this.#at) / 1000) * this.#perSecond)
    this.#at = now
    if (this.#available < 1) return false
    this.#available -= 1
    return true
  }
}
