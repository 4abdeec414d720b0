import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { finished } from './run-cli.ts'
import { inTerminal } from './run-in-terminal.ts'
import { servedEmulator } from './served-emulator.ts'

const coloured = '\u{1b}['

test('colours are for a terminal', async () => {
  const { env } = await servedEmulator()
  for (const args of [['--help'], ['token', '--help'], ['whoami'], ['status']]) {
    const inPipe = await finished(args, env)
    expect(inPipe.out).not.toContain(coloured)
    const terminal = inTerminal(args, env)
    await terminal.exited
    expect(terminal.seen).toContain(coloured)
    // They are all that is other.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours a terminal are control characters.
    expect(terminal.seen.replace(/\u{1b}\[\d+m/gu, '').replaceAll('\r\n', '\n')).toBe(inPipe.out)
  }
})

test('NO_COLOR keeps them from a terminal, and FORCE_COLOR brings them into a pipe', async () => {
  const { env } = await servedEmulator()
  const terminal = inTerminal(['status'], { ...env, NO_COLOR: '1' })
  await terminal.exited
  expect(terminal.seen).not.toContain(coloured)
  expect((await finished(['status'], { ...env, FORCE_COLOR: '1' })).out).toContain(coloured)
})

test('a token has no colour anywhere, for it may be copied', async () => {
  const { env } = await servedEmulator()
  const terminal = inTerminal(
    ['token', '--audience', 'a', '--algorithm', 'ES384'],
    { ...env, FORCE_COLOR: '1' },
    4000,
  )
  await terminal.exited
  expect(terminal.seen).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\r\n$/)
})

test('a help is as wide as the terminal', async () => {
  const terminal = inTerminal(['emulator', '--help'], { NO_COLOR: '1' }, 64)
  await terminal.exited
  const lines = terminal.seen.split('\r\n')
  const described = lines.slice(0, lines.indexOf('Examples:'))
  expect(Math.max(...described.map((line) => line.length))).toBeLessThanOrEqual(64)
})

test('a reader that goes away is no failure', async () => {
  const { env } = await servedEmulator()
  for (const line of [
    'whoami | head -n 1',
    'token --audience a --algorithm ES384 | true',
    'completion bash | head -n 1',
  ]) {
    const child = spawn('bash', ['-c', `set -o pipefail; "$0" dist/cli/main.js ${line}`, process.execPath], {
      env: { ...process.env, ...env },
    })
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const [code] = await once(child, 'close')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  }
})
