// The copy of an input that is looked at later.

import { expect, test } from 'vitest'
import { snapshot } from '../src/own-members.ts'

test('an object of a class stays one, and its getters read the copy', () => {
  class Input {
    names = ['a']
    get first(): string | undefined {
      return this.names[0]
    }
  }
  const input = new Input()
  const copy = snapshot(input)
  input.names[0] = 'b'
  expect(copy).toBeInstanceOf(Input)
  expect(copy.first).toBe('a')
})

test('three levels of arrays and objects are copied, and no more', () => {
  const input = { one: [{ two: { three: 'before' } }], lists: [[['before']]] }
  const copy = snapshot(input)
  const { two } = input.one[0] ?? { two: { three: '' } }
  two.three = 'after'
  input.one.push({ two })
  expect(copy.one).toEqual([{ two: { three: 'after' } }])
  const [[list = []] = []] = input.lists
  list[0] = 'after'
  expect(copy.lists).toEqual([[['after']]])
})

test('a member that is called __proto__ is a member', () => {
  const copy = snapshot(JSON.parse('{"__proto__":{"a":1}}'))
  expect(Object.entries(copy)).toEqual([['__proto__', { a: 1 }]])
})
