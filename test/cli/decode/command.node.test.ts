import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { mint } from '../mint.ts'
import { finished } from '../run-cli.ts'

const token = await mint(createEmulator(), { tags: [{ key: 'run', value: '7' }] })

test.each<[string, string[], string | undefined]>([
  ['on the line', [token], ''],
  ['by a pipe', [], `${token}\n`],
  ['by a pipe that is named', ['-'], token],
  ['as a header', [], `authorization: Bearer ${token}\r\n`],
  ['as it stands behind the header’s name', [`Bearer ${token}`], ''],
])('the token is taken %s', async (_, args, input) => {
  const { code, out, err } = await finished(['decode', ...args], {}, input)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^UNVERIFIED: /)
  expect(out).toMatch(/^ {2}sub {2}arn:aws:iam::123456789012:user\/developer$/m)
  expect(out).toMatch(/^ {2}exp {2}\d+ {2}\d{4}-.*Z, in (?:5 min|4 min 5\d s)$/m)
})

test('--json says that it is not verified', async () => {
  const { code, out } = await finished(['decode', '--json', token])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    header: { alg: 'ES384', kid: 'EC384_0' },
    claims: { 'https://sts.amazonaws.com/': { request_tags: { run: '7' } } },
    verified: false,
  })
})

test('what is too deep for --json is one sentence, and no stack', async () => {
  const part = (text: string) => Buffer.from(text).toString('base64url')
  const deep = `${part('{"alg":"ES384"}')}.${part(`{"a":${'['.repeat(12_000)}${']'.repeat(12_000)}}`)}.AAAA`
  const { code, out, err } = await finished(['decode', '--json', deep])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'refused', exitCode: 1 } })
})

describe('what is no token is one sentence, and does not stand in it', () => {
  test.each([
    ['one part', 'c2VjcmV0'],
    ['four', `${token}.c2VjcmV0`],
    ['no JSON', 'c2VjcmV0.c2VjcmV0.c2VjcmV0'],
    ['control characters', '\u{1b}[2J.\u{202e}.c2VjcmV0'],
    ['much too much', 'c2VjcmV0'.repeat(100_000)],
  ])('%s', async (_, input) => {
    const { code, out, err } = await finished(['decode'], {}, input)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^This is no token that can be read\. [^\p{Cc}]+\n$/u)
    expect(err).not.toContain('c2VjcmV0')
  })

  test('input without an end', () => {
    const line = 'yes | "$0" dist/cli/main.js decode'
    const { status, stderr } = spawnSync('bash', ['-c', line, process.execPath], {
      encoding: 'utf8',
      timeout: 30_000,
    })
    expect(stderr).toBe('This is no token that can be read. It has more than 32768 characters.\n')
    expect(status).toBe(1)
  })

  test('nothing at all is a wrong line', async () => {
    const { code, err } = await finished(['decode'], {}, ' \n')
    expect({ code, err }).toEqual({
      code: 2,
      err: 'No token came by stdin: see aws-web-identity decode --help.\n',
    })
  })

  test('an error is an object for a program', async () => {
    const { code, err } = await finished(['decode', '--json', 'abc'])
    expect(code).toBe(1)
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'malformed', exitCode: 1 } })
  })
})
