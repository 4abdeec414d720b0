// A bounded map, of which the least recently used goes first.

import { array, assert, constantFrom, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { Recent } from '../src/recent.ts'

test('what was used least recently is dropped, whatever was set, used and deleted before', async () => {
  const step = tuple(constantFrom('set', 'get', 'delete'), integer({ min: 0, max: 9 }))
  await assert(
    property(integer({ min: 1, max: 5 }), array(step, { maxLength: 200 }), (limit, steps) => {
      const recent = new Recent<number>(limit)
      // The same by a list, from the oldest on.
      let model: [string, number][] = []
      for (const [index, [what, number]] of steps.entries()) {
        const name = `n${number}`
        const others = model.filter(([each]) => each !== name)
        const known = model.find(([each]) => each === name)
        if (what === 'set') {
          recent.set(name, index)
          model = [...others, [name, index] as [string, number]].slice(-limit)
        } else if (what === 'delete') {
          recent.delete(name)
          model = others
        } else {
          expect(recent.get(name)).toBe(known?.[1])
          if (known !== undefined) model = [...others, known]
        }
        for (let each = 0; each < 10; each += 1) {
          expect(recent.has(`n${each}`)).toBe(model.some(([held]) => held === `n${each}`))
        }
      }
    }),
  )
})
