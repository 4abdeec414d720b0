import { describe, expect, test } from 'vitest'
import { leastPolicy } from '../../../src/cli/policy/document.ts'
import { checkGrant, type Grant } from '../../../src/cli/policy/grant.ts'
import { createEmulator } from '../../../src/emulator/index.ts'
import { parsePolicy } from '../../../src/emulator/policy/document.ts'
import { evaluate } from '../../../src/emulator/policy/evaluate.ts'
import type { GetWebIdentityTokenInput } from '../../../src/index.ts'
import { StsClient } from '../../../src/index.ts'

const ours = 'https://api.example.com'
const full: Grant = {
  audience: [ours, 'api://second'],
  algorithm: ['ES384'],
  maxDuration: 600,
  tags: [
    { key: 'team', values: ['blue', 'red'] },
    { key: 'env', values: [] },
  ],
  account: '123456789012',
}
const asked = { audience: [ours], signingAlgorithm: 'ES384' } as const

/** Asks the emulator, as a user who has this policy and no other. */
function mintWith(grant: Grant, input: GetWebIdentityTokenInput) {
  return clientWith(grant).getWebIdentityToken(input)
}

function clientWith(grant: Grant): StsClient {
  const { fetch, credentials } = createEmulator({
    principals: [
      {
        arn: 'arn:aws:iam::123456789012:user/ci',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'secret',
        policies: { least: leastPolicy(checkGrant(grant)) },
      },
    ],
  })
  return new StsClient({ region: 'eu-central-1', credentials, fetch })
}

describe('the policy allows', () => {
  test.each<[string, Partial<GetWebIdentityTokenInput>]>([
    ['the audience, for the time that is the default', {}],
    ['the other audience', { audience: ['api://second'] }],
    ['both in one token', { audience: ['api://second', ours] }],
    ['the longest duration', { durationSeconds: 600 }],
    ['a tag with one of its values', { tags: [{ key: 'team', value: 'red' }] }],
    ['the tag that may have any value, alone', { tags: [{ key: 'env', value: 'anything' }] }],
    [
      'both tags',
      {
        tags: [
          { key: 'env', value: '' },
          { key: 'team', value: 'blue' },
        ],
      },
    ],
  ])('%s', async (_, input) => {
    await expect(mintWith(full, { ...asked, ...input })).resolves.toHaveProperty('webIdentityToken')
  })

  test('either algorithm and an hour where it was not told to bound them', async () => {
    for (const signingAlgorithm of ['RS256', 'ES384'] as const) {
      const token = mintWith({ audience: [ours] }, { ...asked, signingAlgorithm, durationSeconds: 3600 })
      await expect(token).resolves.toHaveProperty('webIdentityToken')
    }
  })

  test('an audience that IAM would read as a variable', async () => {
    for (const audience of [`urn:\${aws:username}`, `\${$}{x`, `a*?\${*}`, `$\${y}`, '"\\\n\u{1f600}']) {
      const token = mintWith({ audience: [audience] }, { ...asked, audience: [audience] })
      await expect(token).resolves.toHaveProperty('webIdentityToken')
    }
  })
})

describe('the policy refuses', () => {
  const minting = 'sts:GetWebIdentityToken'
  const tagging = 'sts:TagGetWebIdentityToken'

  test.each<[string, Grant, Partial<GetWebIdentityTokenInput>, string]>([
    ['another audience', full, { audience: ['https://api.example.org'] }, minting],
    ['the audience in other letters', full, { audience: ['https://API.example.com'] }, minting],
    ['the audience with a slash', full, { audience: [`${ours}/`] }, minting],
    ['a foreign audience beside ours', full, { audience: [ours, 'https://evil.example'] }, minting],
    ['ours behind a foreign one', full, { audience: ['https://evil.example', ours] }, minting],
    ['the other algorithm', full, { signingAlgorithm: 'RS256' }, minting],
    ['a second more', full, { durationSeconds: 601 }, minting],
    ['the default duration, where less is allowed', { ...full, maxDuration: 299 }, {}, minting],
    ['a tag, where none is named', { audience: [ours] }, { tags: [{ key: 'team', value: 'blue' }] }, tagging],
    ['another tag', full, { tags: [{ key: 'cost', value: 'blue' }] }, tagging],
    ['another value', full, { tags: [{ key: 'team', value: 'green' }] }, tagging],
    ['the value in other letters', full, { tags: [{ key: 'team', value: 'Blue' }] }, tagging],
    ['the tag in other letters', full, { tags: [{ key: 'Team', value: 'blue' }] }, tagging],
    [
      'another tag beside ours',
      full,
      {
        tags: [
          { key: 'team', value: 'blue' },
          { key: 'cost', value: '1' },
        ],
      },
      tagging,
    ],
    [
      'a foreign audience with the right tag',
      full,
      { audience: ['https://evil.example'], tags: [{ key: 'team', value: 'blue' }] },
      minting,
    ],
    ['the principal of another account', { ...full, account: '210987654321' }, {}, minting],
    ['what a variable would stand for', { audience: [`\${aws:username}`] }, { audience: ['ci'] }, minting],
    ['what a wildcard would stand for', { audience: ['https://*'] }, {}, minting],
  ])('%s', async (_, grant, input, action) => {
    await expect(mintWith(grant, { ...asked, ...input })).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining(`is not authorized to perform: ${action} on resource`),
    })
  })

  test('another action', async () => {
    const roleArn = 'arn:aws:iam::123456789012:role/any'
    await expect(clientWith(full).assumeRole({ roleArn, roleSessionName: 'ci' })).rejects.toMatchObject({
      code: 'AccessDenied',
    })
  })
})

test('a request of which no audience is known is refused, though all of none are on the list', () => {
  const policy = parsePolicy('least', 'identity', leastPolicy({ audience: [ours] }))
  const resource = 'arn:aws:sts::123456789012:self'
  const decide = (context: readonly (readonly [string, string[]])[]) =>
    evaluate(
      { action: 'sts:GetWebIdentityToken', resource, context: new Map(context) },
      { identity: [policy] },
    )
  expect(decide([['sts:identitytokenaudience', [ours]]]).allowed).toBe(true)
  expect(decide([]).allowed).toBe(false)
})

test('AWS knows no audience when it judges tags: that statement asks for none', () => {
  const [, tagging] = leastPolicy(full).Statement
  const keys = Object.values(tagging?.Condition ?? {}).flatMap((each) => Object.keys(each))
  expect(new Set(keys)).toEqual(new Set(['aws:TagKeys', 'aws:RequestTag/team']))
})

test('the resource is the account’s, in the partition of the region', () => {
  const resources = (grant: Partial<Grant>) =>
    leastPolicy({ ...full, ...grant }).Statement.map(({ Resource }) => Resource)
  expect(resources({ region: 'cn-north-1' })).toEqual(Array(2).fill('arn:aws-cn:sts::123456789012:self'))
  expect(resources({ account: undefined })).toEqual(['*', '*'])
})

describe('a grant is refused', () => {
  test.each<[string, Grant, string]>([
    ['without an audience', { audience: [] }, 'audience is missing: say for whom the tokens may be'],
    ['with an empty one', { audience: [''] }, 'audience[0] must have 1 to 1000 characters'],
    [
      'for more than an hour',
      { audience: [ours], maxDuration: 3601 },
      'maxDuration must be a whole number of seconds from 60 to 3600',
    ],
    ['for half an account', { audience: [ours], account: '1234' }, 'account must have 12 digits'],
    [
      'with a tag that AWS does not take',
      { audience: [ours], tags: [{ key: 'a,b', values: [] }] },
      'tags[0].key must hold letters, digits, spaces and _.:/=+-@ only',
    ],
    [
      'with a tag in two cases',
      {
        audience: [ours],
        tags: [
          { key: 'team', values: [] },
          { key: 'Team', values: [] },
        ],
      },
      'tags must not have both team and Team: case does not tell tag keys apart',
    ],
  ])('%s', (_, grant, message) => {
    expect(() => checkGrant(grant)).toThrow(message)
  })
})
