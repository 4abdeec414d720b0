import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { finished } from './run-cli.ts'

const { bin, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: Record<string, string>
  version: string
}

test.each([[[]], [['--help']], [['help']]])('%j says what commands there are', async (args) => {
  const { code, out, err } = await finished(args)
  expect(out).toContain('Usage: aws-web-identity <command> [options]\n')
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

test('a help tells examples, and each line of it fits the terminal', async () => {
  const { out } = await finished(['emulator', '--help'])
  expect(out).toContain(
    '\nExamples:\n  # an account with a user who may do everything\n  aws-web-identity emulator\n',
  )
  expect(out.split('\n').filter((line) => line.length > 100)).toEqual([])
})

test('--help is answered whatever else is wrong with the line, but not behind --', async () => {
  const asked = await finished(['emulator', '--port', 'x', '--prot', '-h'])
  expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('Usage: aws-web-identity emulator') })
  expect((await finished(['emulator', '--', '--help'])).code).toBe(2)
})

test('whoever asks for JSON gets it, be it in front of the command', async () => {
  const { code, out, err } = await finished(['--json', 'status'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'usage', exitCode: 2 } })
})

test('what it says of an argument can’t command the terminal', async () => {
  const { err } = await finished(['\u{1b}[2J'])
  expect(err).toBe('There is no command �[2J: see aws-web-identity --help.\n')
})

test.each<[string[], string]>([
  [['emulate'], 'There is no command emulate; did you mean emulator? See aws-web-identity --help.\n'],
  [['emu'], 'There is no command emu; did you mean emulator? See aws-web-identity --help.\n'],
  [['toString'], 'There is no command toString: see aws-web-identity --help.\n'],
  [['--port'], 'There is no option --port: see aws-web-identity --help.\n'],
  [
    ['emulator', '--prot', '1'],
    'There is no option --prot; did you mean --port? See aws-web-identity emulator --help.\n',
  ],
  [['emulator', '--toString'], 'There is no option --toString: see aws-web-identity emulator --help.\n'],
  [['emulator', '-q'], 'There is no option -q: see aws-web-identity emulator --help.\n'],
  [['emulator', '--port'], '--port needs a value, PORT: see aws-web-identity emulator --help.\n'],
  [
    ['emulator', '--port', '--quiet'],
    '--port needs a value; one that begins with a hyphen is written --port=--quiet: see aws-web-identity emulator --help.\n',
  ],
  [['emulator', '--quiet=yes'], '--quiet takes no value: see aws-web-identity emulator --help.\n'],
  [['emulator', '--host='], '--host must not be empty: see aws-web-identity emulator --help.\n'],
  [
    ['emulator', 'now'],
    'There is an argument too many, for it takes none: see aws-web-identity emulator --help.\n',
  ],
  [
    ['emulator', '--port', '65536'],
    '--port must be a number from 0 to 65535, where 0 takes any free one, and not 65536: see aws-web-identity emulator --help.\n',
  ],
])('%j is answered by a sentence', async (args, sentence) => {
  expect(await finished(args)).toEqual({ code: 2, out: '', err: sentence })
})

test('--json says in JSON what is wrong with a line', async () => {
  const { code, out, err } = await finished(['emulator', '--json', '--prot', '1\u{1b}'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(JSON.parse(err)).toEqual({
    error: {
      code: 'usage',
      exitCode: 2,
      message: 'There is no option --prot; did you mean --port? See aws-web-identity emulator --help.',
    },
  })
  expect(err.split('\n')).toHaveLength(2)
})

test.each(['--help', 'emulator --help', 'emulator --port 0'])(
  '%s into a pipe that nobody reads ends without a word',
  async (args) => {
    expect(await shell(`${args} | true`)).toEqual({ code: 0, err: '' })
  },
)

// Linux has it alone.
test.runIf(existsSync('/dev/full')).each(['--help', 'emulator --port 0'])(
  '%s onto a full disk is one sentence and exit code 1',
  async (args) => {
    const err = "The output can't be written: the disk is full.\n"
    expect(await shell(`${args} >/dev/full`)).toEqual({ code: 1, err })
  },
)

async function shell(line: string): Promise<{ code: number | null; err: string }> {
  const child = spawn('bash', ['-c', `set -o pipefail; "$0" dist/cli/main.js ${line}`, process.execPath])
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  return { code, err }
}

test('the built file is what npx starts', () => {
  const file = bin['aws-web-identity'] ?? ''
  expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})
