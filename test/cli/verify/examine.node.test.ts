import { describe, expect, test } from 'vitest'
import { paintFor } from '../../../src/cli/colours.ts'
import type { Asked } from '../../../src/cli/verify/asked.ts'
import type { CheckName } from '../../../src/cli/verify/check.ts'
import { describeExamination } from '../../../src/cli/verify/describe.ts'
import { examine } from '../../../src/cli/verify/examine.ts'
import { createEmulator } from '../../../src/emulator/index.ts'
import { ACCOUNT, AUDIENCE, goodClaims, mint, now } from '../../verify/support.ts'

const organization = { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/' }
const emulator = createEmulator({ now: () => now, organization })
const token = await mint(emulator)
const nothing: Asked = { audience: [], issuer: [], account: [], organization: [] }
const everything: Asked = {
  audience: [AUDIENCE],
  issuer: [emulator.issuer],
  account: [ACCOUNT],
  organization: [organization.id],
}

/** By their results, the names of the checks in their order. */
async function look(text: string, asked: Asked, { at = now, fetch = emulator.fetch } = {}) {
  const examination = await examine(text, asked, { now: () => at, fetch })
  const named = (result: string) =>
    examination.checks.filter((check) => check.result === result).map(({ name }) => name)
  const words = describeExamination(examination, at, paintFor(process.stdout, { FORCE_COLOR: '0' }))
  return {
    ...examination,
    passed: named('passed'),
    failed: named('failed'),
    open: named('not checked'),
    rest: named('not looked at'),
    words,
  }
}

test('all that is asked holds: each check has its tick', async () => {
  const { verdict, passed, failed, open, rest, words } = await look(token, everything)
  expect({ verdict, failed, open, rest }).toEqual({ verdict: 'genuine', failed: [], open: [], rest: [] })
  expect(passed.slice(-4)).toEqual(['audience', 'account', 'organization', 'times'])
  expect(words).toMatch(/^✓ form/)
  expect(words).toContain('\n✓ organization  o-a1b2c3d4e5\n')
  expect(words).toContain(
    `\nGenuine: ${emulator.issuer} signed it for arn:aws:iam::123456789012:user/developer; it expires in 5 min.`,
  )
})

test('what is not asked is told, and the verdict with it', async () => {
  const { verdict, unchecked, open, words } = await look(token, nothing)
  expect({ verdict, unchecked, open }).toEqual({
    verdict: 'genuine',
    unchecked: ['audience', 'owner'],
    open: ['audience', 'owner'],
  })
  expect(words).toContain(`! audience   not checked: ${AUDIENCE}\n`)
  expect(words).toContain('! owner      not checked: account 123456789012\n')
  expect(words).toMatch(/^Genuine, but not checked: for whom it is \(--audience\); whose it is, /m)
})

test.each([
  ['audience', { ...everything, audience: [] }, ['audience']],
  ['owner', { ...nothing, audience: [AUDIENCE] }, ['owner']],
  ['owner, where the organization is', { ...nothing, organization: [organization.id] }, ['audience']],
] as const)('unchecked is the %s alone', async (_, asked, unchecked) => {
  expect((await look(token, asked)).unchecked).toEqual(unchecked)
})

describe('the first that does not hold has the cross, and behind it nothing was looked at', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [header = '', claims = '', signature = ''] = token.split('.')
  const other = createEmulator({ now: () => now })
  const asked = { ...everything, account: [], organization: [] }
  const order: CheckName[] = [
    'form',
    'algorithm',
    'header',
    'issuer',
    'keys',
    'key',
    'signature',
    'claims',
    'audience',
    'times',
  ]

  test.each<[CheckName, string, Partial<Asked>, number]>([
    ['form', `${token}=`, {}, 0],
    ['algorithm', `${part({ alg: 'RS384', kid: 'EC384_0' })}.${claims}.${signature}`, {}, 0],
    ['header', `${part({ alg: 'ES384' })}.${claims}.${signature}`, {}, 0],
    ['issuer', token, { issuer: [other.issuer] }, 0],
    ['issuer', `${header}.${part({ aud: AUDIENCE })}.${signature}`, {}, 0],
    ['key', `${part({ alg: 'ES384', kid: 'EC384_7' })}.${claims}.${signature}`, {}, 0],
    ['signature', `${header}.${part(goodClaims({ iss: emulator.issuer }))}.${signature}`, {}, 0],
    ['audience', token, { audience: ['https://api.example.org'] }, 0],
    ['times', token, {}, 300_000],
    ['times', token, {}, -61_000],
  ])('%s', async (name, text, difference, later) => {
    const { verdict, passed, failed, rest, words } = await look(
      text,
      { ...asked, ...difference },
      { at: now + later },
    )
    const index = order.indexOf(name)
    expect({ verdict, passed, failed, rest }).toEqual({
      verdict: 'refused',
      passed: order.slice(0, index),
      failed: [name],
      rest: order.slice(index + 1),
    })
    expect(words).toMatch(new RegExp(`^✗ ${name} `, 'm'))
    expect(words).toMatch(/^Not to be trusted\. [A-Z].*\.?$/m)
  })

  test.each<[CheckName, Partial<Asked>]>([
    ['account', { account: ['210987654321'] }],
    ['organization', { organization: ['o-zzzzzzzzzz'] }],
  ])('%s', async (name, difference) => {
    const { failed, passed } = await look(token, { ...everything, ...difference })
    expect(failed).toEqual([name])
    expect(passed).toContain('signature')
  })

  test('of an issuer that nobody named the claims come before the keys', async () => {
    const { failed, rest } = await look(token, { ...nothing, audience: ['other'] })
    expect({ failed, rest }).toEqual({ failed: ['audience'], rest: ['times', 'keys', 'key', 'signature'] })
  })

  test('without keys nothing is known', async () => {
    const fetch = async () => new Response('Not found', { status: 404 })
    const { verdict, failed, words } = await look(token, everything, { fetch })
    expect({ verdict, failed }).toEqual({ verdict: 'unknown', failed: ['keys'] })
    expect(words).toMatch(/^Unknown\. Nothing can be said of the token /m)
  })
})

test('an issuer that nobody named and AWS has not is not asked for anything', async () => {
  const urls: unknown[] = []
  const fetch = async (url: unknown) => {
    urls.push(url)
    return new Response('')
  }
  const forged = `${token.split('.')[0]}.${Buffer.from(JSON.stringify(goodClaims({ iss: 'http://127.0.0.1:1/x' }))).toString('base64url')}.AAAA`
  const { failed, words } = await look(forged, nothing, { fetch })
  expect({ failed, urls }).toEqual({ failed: ['issuer'], urls: [] })
  expect(words).toContain('If this is your emulator, name it: --issuer http://127.0.0.1:1/x')
})
