import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { failureOf } from '../../src/cli/failure.ts'
import { readLine } from '../../src/cli/read-line.ts'
import { temporaryDirectory } from './run-cli.ts'
import { servedEmulator } from './served-emulator.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/cli.md'), 'utf8')
const execute = promisify(execFile)

const writePage = (cwd: string, ...options: string[]) =>
  execute(process.execPath, [join(root, 'tools/cli-page.ts'), ...options], { cwd })

test('the reference is what the commands say of themselves', async () => {
  expect((await writePage(root, '--check')).stderr).toBe('')
  for (const { name } of commands) expect(page).toContain(`\n## ${name}\n`)
})

test('a page that is stale is found, left alone by the check, and mended without it', async () => {
  const folder = temporaryDirectory()
  mkdirSync(join(folder, 'docs'))
  const copy = join(folder, 'docs/cli.md')
  const stale = page
    .replace('a local AWS STS', 'a remote AWS STS')
    .replace('A local AWS STS', 'A remote AWS STS')
  expect(stale).not.toBe(page)
  writeFileSync(copy, stale)
  await expect(writePage(folder, '--check')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('run `node tools/cli-page.ts`'),
  })
  expect(readFileSync(copy, 'utf8')).toBe(stale)
  await writePage(folder)
  expect(readFileSync(copy, 'utf8')).toBe(page)
})

test('the lines of the page run as they stand', async () => {
  const blocks = [...page.matchAll(/```sh run\n(.*?)```/gs)].map(([, lines = '']) => lines)
  expect(blocks.length).toBeGreaterThan(0)
  for (const lines of blocks) {
    const { env, secrets } = await servedEmulator()
    const { code, out, err } = await bash(`set -euo pipefail\n${lines}`, env)
    expect(err).not.toMatch(/see aws-web-identity/)
    expect(code).toBe(0)
    for (const secret of secrets) expect(out + err).not.toContain(secret)
  }
})

describe('each example of a help can be read by its command', () => {
  const examples = commands.flatMap(({ name, examples: shown }) =>
    shown.map(({ line }) => [name, line] as const),
  )

  test.each(examples)('%s: %s', async (_, line) => {
    const calls = await callsIn(line)
    expect(calls).not.toEqual([])
    for (const [name, ...args] of calls) {
      const command = commands.find((one) => one.name === name)
      if (command === undefined) throw new Error(`There is no command ${name}.`)
      try {
        readLine(command, args, await command.moreOptions?.(args))
      } catch (error) {
        throw new Error(failureOf(error, name)?.message ?? String(error))
      }
    }
  })
})

// Nothing of it is run: no program is found, and this one only writes down how it is called. At once: in a pipe others do, too.
async function callsIn(line: string): Promise<string[][]> {
  const calls = join(temporaryDirectory(), 'calls')
  writeFileSync(calls, '')
  // A file that the example reads is not there.
  const withoutFiles = line.replace(/<(?!\()\s*\S+/g, '')
  const script = `PATH=
aws-web-identity() { printf -v call '%s\\x1f' "$@"; printf '%s\\x1e' "$call" >>"$CALLS"; }
curl() { :; }
${withoutFiles}
wait`
  await bash(script, { CALLS: calls }, 'none')
  const records = readFileSync(calls, 'utf8').split('\x1e').slice(0, -1)
  return records.map((record) => record.split('\x1f').slice(0, -1))
}

async function bash(script: string, env: Record<string, string>, program: 'real' | 'none' = 'real') {
  const own = `aws-web-identity() { "$NODE" "$MAIN" "$@"; }`
  const cwd = temporaryDirectory()
  cpSync(join(root, 'package.json'), join(cwd, 'package.json'))
  const child = spawn('bash', ['--norc', '-c', program === 'real' ? `${own}\n${script}` : script], {
    cwd,
    env: { ...process.env, ...env, NODE: process.execPath, MAIN: join(root, 'dist/cli/main.js') },
  })
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    text.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    text.err += chunk
  })
  const [code] = await once(child, 'close')
  return { code, ...text }
}
