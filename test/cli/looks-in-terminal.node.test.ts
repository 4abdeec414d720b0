import { expect, test } from 'vitest'
import { mint } from './mint.ts'
import { inTerminal } from './run-in-terminal.ts'
import { servedEmulator } from './served-emulator.ts'

const green = '\u{1b}[32m'
const red = '\u{1b}[31m'
const yellow = '\u{1b}[33m'

test('in a terminal a check that holds is green, and one that does not is red', async () => {
  const { emulator, env } = await servedEmulator()
  const args = ['verify', '--issuer', emulator.issuer, '--audience', 'https://api.example.org']
  const terminal = inTerminal([...args, await mint(emulator)], env)
  expect((await terminal.exited).code).toBe(1)
  expect(terminal.seen).toContain(`${green}✓\u{1b}[39m signature`)
  expect(terminal.seen).toContain(`${red}✗\u{1b}[39m audience`)
})

test('in a terminal decode warns in yellow', async () => {
  const { emulator, env } = await servedEmulator()
  const terminal = inTerminal(['decode', await mint(emulator)], env)
  expect((await terminal.exited).code).toBe(0)
  expect(terminal.seen).toContain(`${yellow}UNVERIFIED`)
})

test('in a terminal the doctor’s culprit is red', async () => {
  const { env } = await servedEmulator({ federationEnabled: false })
  const terminal = inTerminal(['doctor'], env)
  expect((await terminal.exited).code).toBe(1)
  expect(terminal.seen).toContain(`${green}✓\u{1b}[39m caller`)
  expect(terminal.seen).toContain(`${red}The culprit: federation.`)
})

test('a policy has no colour anywhere, for it is a file', async () => {
  const terminal = inTerminal(['policy', '--audience', 'a'], { FORCE_COLOR: '1' })
  await terminal.exited
  expect(JSON.parse(terminal.seen)).toHaveProperty('Statement')
})

test.each(['decode', 'verify'])('%s without a token does not wait in a terminal for one', async (command) => {
  const terminal = inTerminal([command])
  expect((await terminal.exited).code).toBe(2)
  expect(terminal.seen).toContain('TOKEN is missing: give it on the line or by a pipe, or - to type it')
})

test('a token can be typed', async () => {
  const { emulator, env } = await servedEmulator()
  const token = await mint(emulator)
  const terminal = inTerminal(['decode', '-'], env)
  terminal.type(`${token}\r\u{4}`)
  expect((await terminal.exited).code).toBe(0)
  expect(terminal.seen).toContain('arn:aws:iam::123456789012:user/developer')
})
