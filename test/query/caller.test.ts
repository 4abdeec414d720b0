// What credentials tell of their caller without a request.

import { expect, test } from 'vitest'
import { CREDENTIALS, makeClient } from '../support/client.ts'

const REGIONAL = { origin: 'https://sts.us-east-1.amazonaws.com', signingRegion: 'us-east-1' }
const describe = (credentials: object) =>
  makeClient({ credentials: { ...CREDENTIALS, ...credentials } }).describeCaller()

test('a user is known by the access key', async () => {
  const { accessKeyId } = CREDENTIALS
  expect(await describe({})).toEqual({ ...REGIONAL, accessKeyId })
  expect(await describe({ accountId: '123456789012' })).toEqual({ ...REGIONAL, accessKeyId })
})

// The access key of a session and its account, from articles on how the one is made of the other.
test.each([
  ['ASIAQNZGKIQY56JQ7WML', '029608264753'],
  ['ASIAY34FZKBOKMUTVV7A', '609629065308'],
])('a session is known by the account in its access key: %s', async (accessKeyId, accountId) => {
  expect(await describe({ accessKeyId, sessionToken: 'a' })).toEqual({ ...REGIONAL, accountId })
})

test('two sessions of one account look alike', async () => {
  const first = await describe({ accessKeyId: 'ASIAY34FZKBOKMUTVV7A', sessionToken: 'a' })
  expect(await describe({ accessKeyId: 'ASIAY34FZKBOAAAAAAAA', sessionToken: 'b' })).toEqual(first)
})

test('what the credentials say of their account goes before', async () => {
  const caller = await describe({
    accessKeyId: 'ASIAY34FZKBOKMUTVV7A',
    sessionToken: 'a',
    accountId: '123456789012',
  })
  expect(caller).toEqual({ ...REGIONAL, accountId: '123456789012' })
})

test.each(['ASIATESTTESTTESTTEST1', 'test', 'ASIAIOSFODNN7EXAMPLE', 'ASIAY34FZKBOKMUTVV70'])(
  'two accounts never look like one because their keys tell none: %s',
  async (accessKeyId) => {
    expect(await describe({ accessKeyId, sessionToken: 'a' })).toEqual({ ...REGIONAL, accessKeyId })
  },
)

test('another region or endpoint is another caller', async () => {
  const sts = makeClient({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:4566/sts' })
  expect(await sts.describeCaller()).toMatchObject({
    origin: 'http://127.0.0.1:4566',
    signingRegion: 'eu-central-1',
  })
})

test('who asks may stop waiting', async () => {
  const sts = makeClient({ credentials: () => new Promise(() => {}) })
  const signal = AbortSignal.abort(new Error('changed my mind'))
  await expect(sts.describeCaller({ signal })).rejects.toThrow('changed my mind')
})
