// How long nobody is asked after a failure: the steps of the AWS retry specification, each cut by full jitter, over the
// calls of one source. By the monotonic clock, which nobody sets.

import { isExchangeError, isInputError, isWebIdentityError } from '../errors.ts'

/** In milliseconds. */
const FIRST_STEP = 1000
const LONGEST_STEP = 30_000
/** A refusal that no second try mends is remembered for so long, in milliseconds. */
const REFUSAL = 1000

export class Backoff {
  readonly #longestStep: number
  /** Failures in a row, without refusals. */
  #failures = 0
  #pause: { readonly until: number; readonly failure?: { readonly error: unknown } } | undefined

  /** @param longestStep in milliseconds */
  constructor(longestStep: number = LONGEST_STEP) {
    this.#longestStep = longestStep
  }

  get isPausing(): boolean {
    return this.#pause !== undefined && performance.now() < this.#pause.until
  }

  /** Why nobody is asked, if that is because of a failure. */
  get failure(): { readonly error: unknown } | undefined {
    return this.isPausing ? this.#pause?.failure : undefined
  }

  /** What is left of the pause, in milliseconds. */
  get rest(): number {
    return Math.max(0, (this.#pause?.until ?? 0) - performance.now())
  }

  /** Begins the next step, and gives its length in milliseconds. */
  fail(error: unknown): number {
    const step = Math.min(this.#longestStep, FIRST_STEP * 2 ** this.#failures)
    const isRefusal = isFinal(error)
    const length = Math.max(isRefusal ? REFUSAL : Math.random() * step, wishedFor(error))
    // A refusal is no outage, however often it was asked for: what fails after it is mended begins with the first step.
    if (!isRefusal) this.#failures += 1
    this.#pause = { until: performance.now() + length, failure: { error } }
    return length
  }

  /** Begins with the first step again, after a pause of so many milliseconds if there is to be one. */
  succeed(pause: number): void {
    this.#failures = 0
    this.#pause = pause === 0 ? undefined : { until: performance.now() + pause }
  }
}

// Of a refusal of AWS and of a mistake it is known that the same again is of no use, and it costs nobody anything.
function isFinal(error: unknown): boolean {
  return isWebIdentityError(error) && 'retryable' in error ? !error.retryable : isInputError(error)
}

// A party may say for how long it wants to be left alone, and is, as long as no caller waits longer than by the last step.
function wishedFor(error: unknown): number {
  return Math.min(LONGEST_STEP, (isExchangeError(error) ? error.retryAfter : undefined) ?? 0)
}
