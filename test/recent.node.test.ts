// What a memory holds on to, counted by the garbage collector, for which Node alone can be asked.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Recent } from '../src/recent.ts'

setFlagsFromString('--expose-gc')
// With the flag set, a new context has it.
const collectGarbage = runInNewContext('gc') as () => void

const MEGABYTE = 1_000_000

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

test('a memory of headers keeps no token alive, neither the first nor the last that had one', () => {
  const headerOf = (n: number) => `${'h'.repeat(100)}${n}.${'x'.repeat(MEGABYTE)}`.slice(0, 103)
  const numbers = Array.from({ length: 50 }, (_, n) => n + 10)
  const memory = new Recent<number>(numbers.length)
  const before = heapUsed()
  for (const n of numbers) memory.set(headerOf(n), n)
  expect(heapUsed() - before).toBeLessThan(10 * MEGABYTE)
  for (const n of numbers) memory.set(headerOf(n), n)
  expect(numbers.map((n) => memory.get(headerOf(n)))).toEqual(numbers)
  expect(heapUsed() - before).toBeLessThan(10 * MEGABYTE)
})

test.each([1, 500])('%i of a thousand entries that are used again and again take no more memory', (held) => {
  const recent = new Recent<number>(1000)
  for (let n = 0; n < held; n += 1) recent.set(`n${n}`, n)
  const use = (times: number) => {
    for (let n = 0; n < times; n += 1) recent.get(`n${n % held}`)
  }
  use(1000)
  const before = heapUsed()
  use(300_000)
  expect(heapUsed() - before).toBeLessThan(MEGABYTE)
  expect(recent.get('n0')).toBe(0)
})
