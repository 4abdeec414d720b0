// How the page of measurements tells whether a goal is kept.

import { describe, expect, test } from 'vitest'
import type { Result } from '../bench/bench.ts'
import type { Goal } from '../bench/measure/comparison.ts'
import { goals, missed } from '../bench/report.ts'

const NOISY = [98, 99, 100, 101, 102, 103, 104, 105, 106, 107]

function resultOf(figures: readonly number[], limits: Omit<Goal, 'of'>): Result {
  const samples = { ours: figures, theirs: figures.map(() => 100) }
  const goal = { of: 'ours', ...limits }
  return {
    name: 'some-bench',
    about: '',
    day: '2026-11-29',
    machine: '',
    versions: {},
    measurements: [
      { kind: 'comparison', title: 'Something', unit: 'µs', samples, against: ['theirs'], goals: [goal] },
    ],
  }
}

/** The last cell of the only goal. */
const told = (result: Result) => goals([result]).split('|').at(-2)?.trim()

describe('a goal whose limit is', () => {
  test.each([
    ['far above the median', { atMost: 110 }, 'kept'],
    ['above the median, inside its interval', { atMost: 103 }, 'kept, within the noise'],
    ['below the median, inside its interval', { atMost: 102 }, 'missed, within the noise'],
    ['far below the median', { atMost: 90 }, '**missed**'],
    ['to be reached, and is not, by a little', { atLeast: 103 }, 'missed, within the noise'],
    ['a ratio inside the interval', { against: 'theirs', atMost: 1.02 }, 'missed, within the noise'],
  ])('%s', (_, limits, word) => {
    expect(told(resultOf(NOISY, limits))).toBe(word)
  })
})

test('a count has no noise', () => {
  expect(told(resultOf([100], { atMost: 100 }))).toBe('kept')
  expect(told(resultOf([101], { atMost: 100 }))).toBe('**missed**')
})

test('what the command says of a goal that is missed names the noise', () => {
  expect(missed([resultOf(NOISY, { atMost: 102 })])).toEqual([
    'Something: ours 103 µs, goal ≤ 102 µs, within the noise',
  ])
  expect(missed([resultOf(NOISY, { atMost: 103 })])).toEqual([])
})
