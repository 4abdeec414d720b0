import { expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { call, now } from '../sts-call.ts'

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }

test.each([
  [
    'a user',
    { arn: 'arn:aws:iam::111122223333:user/org/alice' },
    'arn:aws:iam::111122223333:user/org/alice',
    /^AIDA[A-Z2-7]{17}$/,
  ],
  [
    'a role’s session, without the path',
    { arn: 'arn:aws:iam::111122223333:role/org/worker', sessionName: 'job-1' },
    'arn:aws:sts::111122223333:assumed-role/worker/job-1',
    /^AROA[A-Z2-7]{17}:job-1$/,
  ],
  [
    'a session in another partition',
    { arn: 'arn:aws-cn:iam::111122223333:role/worker' },
    'arn:aws-cn:sts::111122223333:assumed-role/worker/emulator',
    /^AROA[A-Z2-7]{17}:emulator$/,
  ],
])('the caller is %s', async (_, principal, arn, userId) => {
  const answer = await whoAmI(principal)
  expect(answer.text('Arn')).toBe(arn)
  expect(answer.text('UserId')).toMatch(userId)
  expect(answer.text('Account')).toBe('111122223333')
})

test('the answer is AWS’s XML, with its request id in the header too', async () => {
  const answer = await whoAmI({ arn: 'arn:aws:iam::123456789012:user/developer' })
  const requestId = answer.text('RequestId')
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(answer.headers.get('x-amzn-requestid')).toBe(requestId)
  expect(answer.headers.get('content-type')).toBe('text/xml')
  expect(answer.headers.get('date')).toBe('Fri, 11 Sep 2026 18:35:48 GMT')
  expect(answer.xml).toBe(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/developer</Arn><UserId>${answer.text('UserId')}</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  )
})

test('a principal keeps its unique id, and no other has it', async () => {
  const [first, again, other] = await Promise.all(
    ['alice', 'alice', 'bob'].map((name) => whoAmI({ arn: `arn:aws:iam::123456789012:user/${name}` })),
  )
  expect(first?.text('UserId')).toBe(again?.text('UserId'))
  expect(first?.text('UserId')).not.toBe(other?.text('UserId'))
})

test('it works while federation is disabled, on the global endpoint, and by GET', async () => {
  const emulator = createEmulator({ now: () => now, federationEnabled: false })
  const answer = await call(
    emulator,
    { Action: 'GetCallerIdentity' },
    { url: 'https://sts.amazonaws.com/', method: 'GET' },
  )
  expect(answer.status).toBe(200)
})

function whoAmI(principal: { arn: string; sessionName?: string }) {
  const emulator = createEmulator({ now: () => now, principals: [{ ...keys, ...principal }] })
  return call(emulator, { Action: 'GetCallerIdentity' })
}

test.each([
  ['a role', { arn: 'arn:aws:iam::123456789012:role/r', sessionToken: 'token' }],
  ['a user', { arn: 'arn:aws:iam::123456789012:user/u', sessionToken: 'token' }],
  ['a user without a token', { arn: 'arn:aws:iam::123456789012:user/u' }],
])('a session of %s is expired from the moment at which it ends', async (_, principal) => {
  const codeOf = async (sessionExpiration: Date) => {
    const principals = [{ ...principal, ...keys, sessionExpiration }]
    const emulator = createEmulator({ now: () => now, principals })
    return (await call(emulator, { Action: 'GetCallerIdentity' })).text('Code')
  }
  expect([await codeOf(new Date(now + 1)), await codeOf(new Date(now))]).toEqual([undefined, 'ExpiredToken'])
})
