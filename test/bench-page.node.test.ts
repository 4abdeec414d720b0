// docs/performance.md holds what bench/results/ say, whole and unchanged: nobody writes a figure by hand, and no bench is left out.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { names } from '../bench/benches.ts'
import { pageWith, readmeWith, readResults } from '../bench/page.ts'
import { chart } from '../bench/plots.ts'

const DOCS = join(import.meta.dirname, '../docs')
const page = readFileSync(join(DOCS, 'performance.md'), 'utf8')
const results = readResults()

test('every bench has a result', () => {
  expect(results.map(({ name }) => name)).toEqual(names)
})

test('the page says what the results say', () => {
  expect(page).toBe(pageWith(page, results))
})

test('the README quotes what the results say', () => {
  const readme = readFileSync(join(DOCS, '../README.md'), 'utf8')
  expect(readme).toBe(readmeWith(readme, results))
})

test('the sections of the page stand in the order of the benches', () => {
  expect([...page.matchAll(/^<!-- bench (.+) -->$/gm)].map(([, name]) => name)).toEqual(['goals', ...names])
})

test('every plot of the results is on the page, and every plot of the page is there', () => {
  const linked = [...page.matchAll(/!\[[^\]]*\]\((performance-[^)]+\.svg)\)/g)].map(([, file = '']) => file)
  expect(linked.filter((file) => !existsSync(join(DOCS, file)))).toEqual([])
  expect([...new Set(linked)].sort()).toEqual([...chart(results).keys()].sort())
  expect(
    readdirSync(DOCS)
      .filter((file) => /^performance-.*\.svg$/.test(file))
      .sort(),
  ).toEqual([...new Set(linked)].sort())
})
