// Medians and how sure they are. No distribution is assumed: what a shared machine does to a time is nobody's curve.

/** The value in the middle of these. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which this share of them lies, interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const [below = Number.NaN, above = below] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
  return below + (above - below) * (position - Math.floor(position))
}

/** A median, and the interval that holds the true one with 95 % (all of the values where they are fewer than six). */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
}

/**
 * The interval by order statistics: as many values lie below the true median as heads fall in as many tosses.
 * https://online.stat.psu.edu/stat415/lesson/19/19.2
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = Math.max(0, largestRank(sorted.length) - 1)
  const [low = Number.NaN, high = Number.NaN] = [sorted[rank], sorted[sorted.length - 1 - rank]]
  return { median: median(values), low, high }
}

// The largest k with P(fewer than k heads in n tosses) at most 2.5 %.
function largestRank(tosses: number): number {
  let term = 0.5 ** tosses // of no heads
  let below = 0
  for (let heads = 0; heads < tosses; heads += 1) {
    below += term
    if (below > 0.025) return heads
    term *= (tosses - heads) / (heads + 1)
  }
  return 0
}
