// What is counted during a run. Callers whom nothing could happen to are counted without being simulated.

/** Buckets grow by a sixteenth of a doubling, from a tenth of a millisecond. */
const STEPS = 16
const SMALLEST = 0.1

export class Waits {
  readonly #buckets = new Map<number, number>()
  count = 0

  add(milliseconds: number): void {
    const bucket = Math.ceil(STEPS * Math.log2(Math.max(SMALLEST, milliseconds) / SMALLEST))
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.count += 1
  }

  /** In milliseconds, to within five percent. */
  quantile(share: number): number {
    let left = this.count * share
    for (const [bucket, count] of [...this.#buckets].toSorted(([a], [b]) => a - b)) {
      left -= count
      if (left <= 0) return SMALLEST * 2 ** (bucket / STEPS)
    }
    return 0
  }
}

export class Measure {
  readonly #from: number
  readonly #to: number
  readonly waits = new Waits()
  /** Callers, with those that were not simulated. */
  callers = 0
  failed = 0
  calls = 0
  mints = 0
  starts = 0
  readonly callsByMinute: number[]

  constructor(from: number, to: number) {
    this.#from = from
    this.#to = to
    this.callsByMinute = new Array<number>(Math.ceil((to - from) / 60_000)).fill(0)
  }

  isWithin(time: number): boolean {
    return time >= this.#from && time < this.#to
  }

  /** How much of that time is measured, in milliseconds. */
  overlap(from: number, to: number): number {
    return Math.max(0, Math.min(to, this.#to) - Math.max(from, this.#from))
  }

  call(time: number, isMint: boolean): void {
    if (!this.isWithin(time)) return
    this.calls += 1
    if (isMint) this.mints += 1
    const minute = Math.floor((time - this.#from) / 60_000)
    this.callsByMinute[minute] = (this.callsByMinute[minute] ?? 0) + 1
  }

  caller(began: number, ended: number, hasFailed: boolean): void {
    if (!this.isWithin(began)) return
    this.callers += 1
    if (hasFailed) this.failed += 1
    if (ended > began) this.waits.add(ended - began)
  }
}
