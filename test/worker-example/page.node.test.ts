// docs/worker.md is what a stranger operates by: what it shows and names is held against the code.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkPolicy } from '../../worker-example/policy/check-policy.ts'
import { sha256 } from './stage.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/worker.md'), 'utf8')
const sources = globSync('worker-example/**/*.ts', { cwd: root })
  .filter((file) => !/\/(?:demo|dev|check-policy|console)\//.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n')

test('the policy that it shows is one', () => {
  const shown = [...page.matchAll(/^```json\n(\{\n {2}"\$schema".*?)^```$/gms)].map(([, json = '']) => json)
  expect(shown).toHaveLength(1)
  let count = 0
  const filled = shown[0]?.replaceAll(/"sha256": "[^"]*"/g, () => {
    count += 1
    return `"sha256": "${sha256(String(count))}"`
  })
  expect(checkPolicy(JSON.parse(filled ?? '')).callers.map(({ name }) => name)).toEqual([
    'ci',
    'nightly',
    'orders',
  ])
})

test('its table of errors has each code that the Worker answers with, and no other', () => {
  const table = page.slice(page.indexOf('### Errors'), page.indexOf('## Whether it is well'))
  const named = [...table.matchAll(/^\| [45]\d\d.*?\|(.*?)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code),
  )
  const thrown = [
    ...sources.matchAll(/new Problem\(\s*\d+,\s*'([a-z_]+)'/g),
    ...sources.matchAll(/denied\(\s*caller,\s*'([a-z_]+)'/g),
  ].map(([, code]) => code)
  // Nobody is there any more to read it.
  const untold = ['client_closed_request']
  expect([...new Set(named)].sort()).toEqual(
    [...new Set(thrown)].filter((code) => code !== undefined && !untold.includes(code)).sort(),
  )
})
