// What the console sends to browsers: that wrangler makes it, and what it weighs.

import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildConsole } from '../../../worker-example/console/build.ts'

const ROOT = join(import.meta.dirname, '../../..')
const GENERATED = join(ROOT, 'worker-example/console/generated')
const run = promisify(execFile)

test.each([
  ['page.js', 2500],
  ['style.css', 3000],
  ['verify.js', 18_000],
])('%s has at most %i bytes as it is served', async (name, limit) => {
  await buildConsole()
  const { assets } = await import(join(GENERATED, 'assets.js'))
  expect(gzipSync(assets[name].text).length).toBeLessThanOrEqual(limit)
})

test('the command that wrangler runs makes it, and says nothing', async () => {
  const [, command = ''] =
    /^command = "node (.*)"$/m.exec(await readFile(join(ROOT, 'wrangler.toml'), 'utf8')) ?? []
  const { stdout, stderr } = await run(process.execPath, [command], { cwd: ROOT })
  expect(stdout + stderr).toBe('')
  expect(await readdir(GENERATED)).toContain('assets.js')
})

test('what is as it should be is not written again, so that a wrangler that watches finds rest', async () => {
  await buildConsole()
  const before = await stat(join(GENERATED, 'assets.js'))
  await buildConsole()
  const { ino, mtimeMs } = await stat(join(GENERATED, 'assets.js'))
  expect({ ino, mtimeMs }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs })
})
