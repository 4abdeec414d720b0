import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { IAM_MISTAKES } from '../src/iam/replies.ts'
import { COMMON_MISTAKES } from '../src/query/remedy.ts'
import { STS_MISTAKES } from '../src/sts/remedy.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'remedies-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const remedies = (cwd: string, ...options: string[]) =>
  run(process.execPath, [join(root, 'tools/remedies.ts'), ...options], { cwd })

test("the README's table of refusals is what the remedies in the code are", async () => {
  expect((await remedies(root, '--check')).stderr).toBe('')
  const rows = readme.split('<!-- remedies')[1]?.match(/^\| `\w+` +\| .+ \| .+ \|$/gm)
  expect(rows).toHaveLength(STS_MISTAKES.length + COMMON_MISTAKES.length + IAM_MISTAKES.length)
})

test('a table that is stale is found, left alone by the check, and mended without it', async () => {
  const copy = join(folder, 'README.md')
  const stale = readme.replace('No Allow overrides it', 'Some Allow overrides it')
  writeFileSync(copy, stale)
  await expect(remedies(folder, '--check')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('run `node tools/remedies.ts`'),
  })
  expect(readFileSync(copy, 'utf8')).toBe(stale)
  await remedies(folder)
  expect(readFileSync(copy, 'utf8')).toBe(readme)
})

test('a README without the markers is not touched', async () => {
  const copy = join(folder, 'README.md')
  writeFileSync(copy, '# Other\n')
  await expect(remedies(folder)).rejects.toMatchObject({ stderr: expect.stringContaining('must have') })
  expect(readFileSync(copy, 'utf8')).toBe('# Other\n')
})
