import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonError, parseJson, positionOf } from '../../src/cli/json.ts'

describe('reads what JSON.parse reads, and refuses what it refuses', () => {
  test('of any value, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        expect(parseJson(text).value).toStrictEqual(JSON.parse(text))
      }),
    )
  })

  test('of a text with one character changed, added or left out', () => {
    const text = JSON.stringify({ a: [1, -0.5e3, true, null, 'x"\\\u{7f}é😀\n'], 'b c': { '': {} } }, null, 1)
    const characters = [...'{}[]:,"\\ \n0-+.eEtrufalsn1\u{0}\u{9f}\u{2028}']
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(1),
        fc.constantFrom('', ...characters),
        (at, dropped, character) => {
          const changed = text.slice(0, at) + character + text.slice(at + dropped)
          expect(outcome(() => parseJson(changed).value)).toStrictEqual(outcome(() => JSON.parse(changed)))
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('a byte order mark is let pass', () => {
    expect(parseJson('\u{feff}{}').value).toEqual({})
  })
})

test('knows where each value stands, and of a missing one what misses it', () => {
  const text = '{\n  "a": [ 1,\n    { "b.c": 2 } ]\n}'
  const { offsetOf } = parseJson(text)
  const at = (path: string) => Object.values(positionOf(text, offsetOf(path))).join(':')
  expect(at('')).toBe('1:1')
  expect(at('a')).toBe('2:3')
  expect(at('a[0]')).toBe('2:10')
  expect(at('a[1].b.c')).toBe('3:7')
  expect(at('a[1].missing.at.all')).toBe('3:5')
  expect(at('ab')).toBe('1:1')
})

test.each([
  ['', 0, 'the file ends where a value should be'],
  ['{"a": }', 6, '} stands where a value should be'],
  ['{"a": 1 "b"', 8, '" stands where a comma or } should be'],
  ['[1, 2', 5, 'the file ends where a comma or ] should be'],
  ['{a: 1}', 1, 'a stands where the name of a member in quotation marks should be'],
  ['{"a" 1}', 5, '1 stands where : should be'],
  ['[1,]', 3, '] stands where a value should be'],
  ['{} // done', 3, '/ stands where the end should be'],
  ['["a\nb"]', 1, 'a string is not closed, or holds what needs a backslash'],
  ['{"a": 1, "a": 2}', 9, '"a" stands twice in the same object'],
])('%j is refused at its very place', (text, offset, message) => {
  const error = outcome(() => parseJson(text))
  expect(() => parseJson(text)).toThrow(message)
  expect(error).toBe('refused')
  try {
    parseJson(text)
  } catch (caught) {
    expect(caught).toMatchObject({ offset })
  }
})

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof JsonError || error instanceof SyntaxError) return 'refused'
    throw error
  }
}
