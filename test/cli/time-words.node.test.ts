import { expect, test } from 'vitest'
import { lengthInWords, momentInWords } from '../../src/cli/time-words.ts'

test.each([
  [0, '0 s'],
  [400, '0 s'],
  [1000, '1 s'],
  [59_600, '1 min'],
  [250_000, '4 min 10 s'],
  [3_600_000, '1 h'],
  [3_601_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [-5_400_000, '1 h 30 min'],
  [90_000_000, '1 d 1 h'],
  [1e15, '11,574,074 d 1 h'],
])('%d ms are %s', (milliseconds, words) => {
  expect(lengthInWords(milliseconds)).toBe(words)
})

test('a moment is ahead, behind, or now', () => {
  expect(momentInWords(250_000, 0)).toBe('in 4 min 10 s')
  expect(momentInWords(0, 120_000)).toBe('2 min ago')
  expect(momentInWords(100, 0)).toBe('now')
})
