// docs/plugs.md as a whole: its code and these tests compile with the SDKs' own types, in this project's settings, which
// are strict. It is done here, as `npm run check` comes before the SDKs are there.

import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { plugBlocks } from '../../support/code-blocks.ts'
import { blocksFolder } from './stage.ts'

const run = promisify(execFile)

test('it names the versions that are tested', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/plugs.md'), 'utf8')
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'))
  const named = [...page.matchAll(/^\| \[`([^`]+)`\]\(#[a-z-]+\) (\d+\.\d+) /gm)]
  expect(named.length).toBe(9)
  for (const [, name = '', version] of named) {
    expect([name, dependencies[name].replace(/\.\d+$/, '')]).toEqual([name, version])
  }
})

test('all of it compiles', async () => {
  const folder = blocksFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const blocks = plugBlocks()
  expect(blocks.map(({ kind }) => kind)).toEqual([...new Set(blocks.map(({ kind }) => kind))])
  for (const { kind, code } of blocks) writeFileSync(join(folder, `${kind}.ts`), code)
  const tsconfig = { extends: '../../tsconfig.json', include: ['*.ts', '../../*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  const { stdout } = await run('tsc', ['-p', folder]).catch((error: { stdout: string }) => error)
  expect(stdout).toBe('')
}, 120_000)

test.each(plugBlocks())('$kind is twelve lines of code at the most', ({ code }) => {
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(12)
})
