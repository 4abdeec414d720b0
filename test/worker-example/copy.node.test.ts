// worker-example/ in a project of one's own, as docs/worker.md says: with the packages that it names there, and no others.

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/worker.md'), 'utf8')
const run = promisify(execFile)

const folder = mkdtempSync(join(tmpdir(), 'copy-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(() => {
  cpSync(join(ROOT, 'wrangler.toml'), join(folder, 'wrangler.toml'))
  cpSync(join(ROOT, 'worker-example'), join(folder, 'worker-example'), {
    recursive: true,
    filter: (path) => !path.endsWith('generated'),
  })
  const [, type = ''] = /^npm pkg set type=(\w+)$/m.exec(page) ?? []
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
  const installed = [...page.matchAll(/^npm install (?:--save-dev )?([\w -]+)$/gm)]
  for (const name of installed.flatMap(([, names = '']) => names.split(' '))) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(name === 'aws-web-identity' ? ROOT : join(ROOT, 'node_modules', name), link)
  }
})

const node = (...arguments_: string[]) =>
  run(process.execPath, arguments_, {
    cwd: folder,
    env: { ...process.env, FORCE_COLOR: undefined, WRANGLER_SEND_METRICS: 'false' },
  })

test('a copy can be deployed, and wrangler warns of nothing', { timeout: 30_000 }, async () => {
  const { stdout, stderr } = await node('node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run')
  expect(stdout).toContain('env.BROKER (TokenBroker)')
  expect(stdout + stderr).not.toMatch(/warning/i)
})

test('the policy of a copy can be checked', async () => {
  const [command = ''] = /^node worker-example\/check-policy\.ts$/m.exec(page) ?? []
  const { stdout } = await node(...command.split(' ').slice(1))
  expect(stdout).toBe('worker-example/policy.json: 0 callers\nworker-example/dev/policy.json: 3 callers\n')
})
