// The README claims the runtimes of the table in docs/runtimes.md, no more and no less.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8')
const list = new Intl.ListFormat('en-GB')
const unique = (names: Iterable<string | undefined>) =>
  [...new Set(names)].filter((name) => name !== undefined)

test('the README names the runtimes, browsers and bundlers of the table, and no other', () => {
  const rows = [...read('docs/runtimes.md').matchAll(/^\| ([^|]+) \| [\d.]+ \|/gm)].map(
    ([, name = '']) => name,
  )
  const versions = rows.map((row) => /^Node\.js (\d+)$/.exec(row)?.[1])
  const browsers = unique(rows.map((row) => /^(\w+): /.exec(row)?.[1]))
  const others = unique(rows.map((row) => /^(?!Node|\w+: )([^,`]+?)(?: with|,|$)/.exec(row)?.[1]))
  const bundlers = unique(rows.map((row) => /bundled by (\w+)$/.exec(row)?.[1]))
  expect(versions.filter(Boolean).length).toBeGreaterThan(3)
  const runtimes = list.format([`Node.js ${list.format(unique(versions))}`, ...others, ...browsers])
  const claim = `in ${runtimes}, in pages and their workers, and bundled by ${list.format(bundlers)}:`
  const [, section = ''] = /## Where it runs(.*?)\n## /s.exec(read('README.md')) ?? []
  expect(section.replaceAll(/\s+/g, ' ')).toContain(claim)
})
