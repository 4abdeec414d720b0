import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { finished } from './run-cli.ts'

const { bin, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: Record<string, string>
  version: string
}

test.each([[[]], [['--help']], [['help']]])('%j says what commands there are', async (args) => {
  const { code, out, err } = await finished(args)
  expect(out).toContain('Usage: aws-web-identity <command> [options]')
  expect(out).toMatch(/^ {2}emulator +a local AWS STS/m)
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test('--version says the version', async () => {
  expect(await finished(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test('emulator --help says its options', async () => {
  const { code, out } = await finished(['emulator', '--help'])
  expect(code).toBe(0)
  for (const option of ['port', 'host', 'config', 'state', 'control', 'quiet', 'json']) {
    expect(out).toMatch(new RegExp(`^ {2}--${option} `, 'm'))
  }
})

test.each<[string[], string]>([
  [['emulate'], 'There is no command emulate: see aws-web-identity --help.\n'],
  [['toString'], 'There is no command toString: see aws-web-identity --help.\n'],
  [['--port'], 'There is no option --port: see aws-web-identity --help.\n'],
  [['emulator', '--prot', '1'], "Unknown option '--prot': see aws-web-identity emulator --help.\n"],
  [
    ['emulator', '--port'],
    "Option '--port <value>' argument missing: see aws-web-identity emulator --help.\n",
  ],
  [['emulator', 'now'], "Unexpected argument 'now': see aws-web-identity emulator --help.\n"],
  [
    ['emulator', '--port', '65536'],
    '--port must be a number from 0 to 65535, where 0 takes any free one, and not 65536.\n',
  ],
])('%j is answered by a sentence', async (args, sentence) => {
  expect(await finished(args)).toEqual({ code: 1, out: '', err: sentence })
})

test('the built file is what npx starts', () => {
  const file = bin['aws-web-identity'] ?? ''
  expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})
