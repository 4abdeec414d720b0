// How a cost grows with what causes it.

import { inTurn } from './comparison.ts'
import { median } from './statistics.ts'

export interface Growth {
  readonly kind: 'growth'
  readonly title: string
  /** What grows, such as `tags`. */
  readonly cause: string
  readonly unit: string
  readonly points: readonly Point[]
}

export interface Point {
  readonly of: string
  readonly x: number
  readonly y: number
}

/** Measures each size in turn. @param measure gives the cost at this size */
export async function grow(
  of: string,
  sizes: readonly number[],
  rounds: number,
  measure: (size: number) => Promise<number>,
): Promise<Point[]> {
  const contestants = Object.fromEntries(sizes.map((size) => [size, () => measure(size)]))
  const samples = await inTurn(contestants, rounds)
  return sizes.map((x) => ({ of, x, y: median(samples[x] ?? []) }))
}

/**
 * The power of the size with which the cost of its upper half grows, by the slope of the logarithms: 0 is constant, 1 linear, 2
 * quadratic.
 */
export function power(points: readonly Point[]): number {
  const upper = points.filter(({ x }) => x > 0).slice(-Math.max(2, Math.ceil(points.length / 2)))
  const logarithms = upper.map(({ x, y }) => [Math.log(x), Math.log(y)] as const)
  const [meanX, meanY] = [0, 1].map((axis) => mean(logarithms.map((pair) => pair[axis as 0 | 1]))) as [
    number,
    number,
  ]
  const covariance = mean(logarithms.map(([x, y]) => (x - meanX) * (y - meanY)))
  return covariance / mean(logarithms.map(([x]) => (x - meanX) ** 2))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
