// What the retries of a client's calls have in common: the AWS retry specification 2.1.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

/** What the decisions for a client's calls have in common. */
export interface RetryPolicy {
  readonly maxAttempts: number
  readonly quota: RetryQuota
  /** The longest wait before jitter, in milliseconds. */
  readonly maxBackoff: number
  /** From 0 to 1, as `Math.random` gives it. */
  readonly random: () => number
}

/** The policy of the specification. */
export function standardRetryPolicy(maxAttempts: number): RetryPolicy {
  return { maxAttempts, quota: new RetryQuota(), maxBackoff: 20_000, random: Math.random }
}

/**
 * What a client's calls share, so that an outage does not multiply their requests: a retry takes from it, and
 * the success that follows gives back what was taken.
 */
export class RetryQuota {
  #available: number

  constructor(available: number = QUOTA) {
    this.#available = available
  }

  get available(): number {
    return this.#available
  }

  /** Takes as much, or nothing if there is not as much. */
  take(cost: number): boolean {
    if (cost > this.#available) return false
    this.#available -= cost
    return true
  }

  giveBack(amount: number): void {
    this.#available = Math.min(QUOTA, this.#available + amount)
  }
}

/** What a success without a retry gives back: else a quota that an outage has emptied would stay empty. */
export const REFUND_WITHOUT_RETRY = 1

const QUOTA = 500
