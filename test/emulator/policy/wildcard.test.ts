import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { literalPattern, matches, wildcardPattern } from '../../../src/emulator/policy/wildcard.ts'

const fits = (pattern: string, text: string) => matches(wildcardPattern(pattern), text)

describe('a pattern', () => {
  test.each([
    ['', ''],
    ['*', ''],
    ['*', 'anything/at:all\n'],
    ['**', 'a'],
    ['a*', 'a'],
    ['*a', 'bba'],
    ['a*c', 'abbbc'],
    ['a*b*c', 'a-b-b-c'],
    ['*ab', 'aab'],
    ['a?c', 'abc'],
    ['?', '😀'],
    ['a.c', 'a.c'],
    ['[a]', '[a]'],
    ['*ab*', 'xaab'],
  ])('%j fits %j', (pattern, text) => {
    expect(fits(pattern, text)).toBe(true)
  })

  test.each([
    ['', 'a'],
    ['a', ''],
    ['a', 'A'],
    ['a', 'ab'],
    ['a', 'ba'],
    ['?', ''],
    ['?', 'ab'],
    ['a?c', 'ac'],
    ['a*c', 'ab'],
    ['a.c', 'abc'],
    ['*a?', 'ab-'],
    ['ab*', 'a'],
  ])('%j does not fit %j', (pattern, text) => {
    expect(fits(pattern, text)).toBe(false)
  })

  test('made of literal text knows no wildcards', () => {
    expect(matches(literalPattern('a*?'), 'a*?')).toBe(true)
    expect(matches(literalPattern('a*?'), 'abc')).toBe(false)
  })

  test('fits what the regular expression of the same meaning fits', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
    fc.assert(
      fc.property(pattern, text, (shape, value) => {
        const expression = new RegExp(`^${shape.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
        expect(fits(shape, value)).toBe(expression.test(value))
      }),
      { seed: 1, numRuns: 2000 },
    )
  }, 30_000)

  test('that was written to make a regular expression hang is answered at once', () => {
    const began = performance.now()
    expect(fits(`${'*a'.repeat(500)}*b`, 'a'.repeat(5000))).toBe(false)
    expect(fits(`*${'?'.repeat(1000)}b`, 'a'.repeat(5000))).toBe(false)
    expect(performance.now() - began).toBeLessThan(5000)
  }, 30_000)
})
