import { expect, test } from 'vitest'
import { jsonLine, jsonText } from '../../src/cli/json-text.ts'

test('--json is one line to whoever splits at every line end of Unicode, and commands no terminal', () => {
  const operation = '\u{85}\u{2028}\u{2029}\u{9b}2J\u{7f}\u{202e}é😀'
  const line = jsonLine({ operation })
  expect(line).not.toMatch(/[\p{Cc}\u{2028}-\u{202e}]/u)
  expect(line).toContain('é😀')
  expect(JSON.parse(line)).toEqual({ operation })
})

test('for eyes it has several lines, and commands no terminal either', () => {
  const operation = '\u{85}\u{2028}\u{9b}2J\n'
  const text = jsonText({ operation })
  expect(text).not.toMatch(/[^\P{Cc}\n]|\u{2028}/u)
  expect(text.split('\n')).toHaveLength(3)
  expect(JSON.parse(text)).toEqual({ operation })
})
