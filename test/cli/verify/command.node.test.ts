import { describe, expect, onTestFinished, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { audience, mint } from '../mint.ts'
import { finished } from '../run-cli.ts'

async function stage() {
  const emulator = createEmulator()
  const { close } = await serve(emulator)
  onTestFinished(close)
  return { close, issuer: emulator.issuer, token: await mint(emulator) }
}

test('a token of the emulator is genuine, by a pipe', async () => {
  const { issuer, token } = await stage()
  const args = ['verify', '--audience', audience, '--issuer', issuer]
  const { code, out, err } = await finished(args, {}, `Authorization: Bearer ${token}\n`)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(
    /^Genuine: http:\/\/127\.0\.0\.1:\d+\/\S+ signed it for arn:aws:iam::123456789012:user\/developer;/m,
  )
  expect(out).not.toContain('\u{1b}')
  expect(out).not.toContain(token)
})

test('what is not checked is said, and ends with exit code 0', async () => {
  const { issuer, token } = await stage()
  const { code, out } = await finished(['verify', '--issuer', issuer, token])
  expect(out).toContain('Genuine, but not checked: for whom it is (--audience).')
  expect(code).toBe(0)
})

test('--json has the verdict, the checks, and who speaks', async () => {
  const { issuer, token } = await stage()
  const { code, out } = await finished(['verify', '--json', '--issuer', issuer, token])
  const said = JSON.parse(out)
  expect(said).toMatchObject({
    verdict: 'genuine',
    unchecked: ['audience'],
    identity: { subject: 'arn:aws:iam::123456789012:user/developer', accountId: '123456789012' },
  })
  expect(said.checks).toContainEqual({ name: 'audience', result: 'not checked', fact: audience })
  expect(code).toBe(0)
})

test('a token for somebody else is exit code 1, with what is wrong', async () => {
  const { issuer, token } = await stage()
  const args = ['verify', '--audience', 'https://api.example.org', '--issuer', issuer, token]
  const { code, out } = await finished(args)
  expect(out).toMatch(/^✗ audience {3}For audience "https:\/\/api\.example\.com"/m)
  expect(code).toBe(1)
  const json = await finished([...args, '--json'])
  expect(JSON.parse(json.out)).toMatchObject({ verdict: 'refused', error: { code: 'audience' } })
  expect(json.code).toBe(1)
})

test('an issuer that a forger chose commands neither the terminal nor the shell that it is pasted into', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iss = 'http://127.0.0.1:4566/\u{1b}]0;x\u{7};$(id)'
  const token = `${part({ alg: 'ES384', kid: 'EC384_0', typ: 'JWT' })}.${part({ iss, aud: 'a' })}.${part({ of: 'nobody' })}`
  const { code, out } = await finished(['verify', token])
  expect(out).toContain("name it: --issuer 'http://127.0.0.1:4566/�]0;x�;$(id)'")
  expect(out).not.toMatch(/(?!\n)\p{Cc}/u)
  expect(code).toBe(1)
})

test('an issuer that does not answer is exit code 4', async () => {
  const { issuer, token, close } = await stage()
  await close()
  const { code, out } = await finished(['verify', '--issuer', issuer, token])
  expect(out).toMatch(/^✗ keys .*ECONNREFUSED/m)
  expect(out).toContain('Unknown. ')
  expect(code).toBe(4)
})

describe('a wrong line is exit code 2', () => {
  test.each<[string[], string]>([
    [['--account', '1', 'x'], '--account must be an AWS account of twelve digits, and not 1'],
    [
      ['--organization', 'acme', 'x'],
      '--organization must be the id of an AWS organization, such as o-a1b2c3d4e5',
    ],
    [['--issuer', 'http://example.com', 'x'], '--issuer must be https:// and a host in lower case'],
    [['one', 'two'], 'There is an argument too many'],
    [[], 'No token came by stdin'],
  ])('%j', async (args, sentence) => {
    const { code, out, err } = await finished(['verify', ...args], {}, '')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(sentence)
  })
})
