// A token bucket, as AWS throttles by: it holds `burst` requests and gains `ratePerSecond`.

interface Limits {
  readonly ratePerSecond: number
  readonly burst: number
}

export class TokenBucket {
  readonly #limits: Limits
  #tokens: number
  #filledAt: number

  constructor(limits: Limits, now: number) {
    this.#limits = limits
    this.#tokens = limits.burst
    this.#filledAt = now
  }

  take(now: number): boolean {
    const { ratePerSecond, burst } = this.#limits
    const since = Math.max(0, now - this.#filledAt)
    this.#tokens = Math.min(burst, this.#tokens + (since / 1000) * ratePerSecond)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
