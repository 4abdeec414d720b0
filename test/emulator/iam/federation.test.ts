import { describe, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '../../../src/emulator/index.ts'
import observed from '../../vectors/aws-observed.json' with { type: 'json' }
import { type CallOptions, call, now } from '../sts-call.ts'

const iam = { service: 'iam', url: 'https://iam.amazonaws.com/' }
const mint = { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm: 'ES384' }

function switchIt(emulator: Emulator, Action: string, options: CallOptions = {}) {
  return call(emulator, { Action, Version: '2010-05-08' }, { ...iam, ...options })
}

describe('AWS was seen to answer, and so does the emulator', () => {
  test.each(observed.iam)('$operation while $state', async ({ operation, state, expect: expected }) => {
    const emulator = createEmulator({ now: () => now, federationEnabled: state === 'enabled' })
    const { status, text } = await switchIt(emulator, operation)
    const output = expected.output && {
      IssuerIdentifier: text('IssuerIdentifier'),
      ...(text('JwtVendingEnabled') !== undefined && {
        JwtVendingEnabled: text('JwtVendingEnabled') === 'true',
      }),
    }
    expect({ status, code: text('Code'), message: text('Message'), output }).toEqual({
      code: undefined,
      message: undefined,
      ...expected,
      output: expected.output && { ...expected.output, IssuerIdentifier: emulator.issuer },
    })
  })

  test('a disabling without a result', async () => {
    const answer = await switchIt(createEmulator({ now: () => now }), 'DisableOutboundWebIdentityFederation')
    expect([answer.status, answer.xml.includes('Result')]).toEqual([200, false])
    expect(answer.xml).toContain(
      '<DisableOutboundWebIdentityFederationResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">',
    )
  })
})

describe('a change reaches STS 8 to 12 seconds later', () => {
  async function mintedAfter(enabled: boolean, milliseconds: number): Promise<string> {
    let time = now
    const emulator = createEmulator({ now: () => time, federationEnabled: !enabled })
    const operation = `${enabled ? 'Enable' : 'Disable'}OutboundWebIdentityFederation`
    expect((await switchIt(emulator, operation)).status).toBe(200)
    time += milliseconds
    const answer = await call(emulator, mint, { signedAt: time })
    return answer.text('Code') ?? String(answer.status)
  }

  test.each([
    [true, 0, 'OutboundWebIdentityFederationDisabledException'],
    [true, 7_999, 'InternalFailure'],
    [true, 12_000, '200'],
    [false, 0, '200'],
    [false, 7_999, '200'],
    [false, 12_000, 'OutboundWebIdentityFederationDisabledException'],
  ])('enabled %s, after %i ms it answers %s', async (enabled, milliseconds, expected) => {
    expect(await mintedAfter(enabled, milliseconds)).toBe(expected)
  })

  test('a change that is taken back within that time never reaches it', async () => {
    for (const federationEnabled of [true, false]) {
      let time = now
      const emulator = createEmulator({ now: () => time, federationEnabled })
      const operations = ['EnableOutboundWebIdentityFederation', 'DisableOutboundWebIdentityFederation']
      for (const operation of federationEnabled ? operations.reverse() : operations) {
        expect((await switchIt(emulator, operation, { signedAt: time })).status).toBe(200)
        time += 2000
      }
      const before = federationEnabled ? '200' : 'OutboundWebIdentityFederationDisabledException'
      for (const later of [0, 4000, 9000, 20_000]) {
        time += later
        const answer = await call(emulator, mint, { signedAt: time })
        expect(answer.text('Code') ?? String(answer.status)).toBe(before)
      }
    }
  })

  test('also after a restart in between, whatever the options say by then', async () => {
    const emulator = createEmulator({ now: () => now, federationEnabled: false })
    await switchIt(emulator, 'EnableOutboundWebIdentityFederation')
    const state = await emulator.exportState()
    const accounts = [{ accountId: '123456789012', federationEnabled: false }]
    const codeAfter = async (milliseconds: number) => {
      const time = now + milliseconds
      const next = createEmulator({ now: () => time, accounts, state })
      return (await call(next, mint, { signedAt: time })).text('Code')
    }
    expect([await codeAfter(2999), await codeAfter(3000), await codeAfter(10_000)]).toEqual([
      'OutboundWebIdentityFederationDisabledException',
      'InternalFailure',
      undefined,
    ])
  })

  test('and an InternalFailure is AWS’s own fault', async () => {
    let time = now
    const emulator = createEmulator({ now: () => time, federationEnabled: false })
    await switchIt(emulator, 'EnableOutboundWebIdentityFederation')
    time += 5000
    const answer = await call(emulator, mint, { signedAt: time })
    expect([answer.status, answer.text('Type')]).toEqual([500, 'Receiver'])
  })

  test('but IAM knows it at once', async () => {
    const emulator = createEmulator({ now: () => now, federationEnabled: false })
    await switchIt(emulator, 'EnableOutboundWebIdentityFederation')
    expect((await switchIt(emulator, 'EnableOutboundWebIdentityFederation')).text('Code')).toBe(
      'FeatureEnabled',
    )
  })

  test('the issuer and its keys stay, also while it is disabled', async () => {
    const emulator = createEmulator({ now: () => now })
    const before = await (await emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`)).json()
    const { issuer } = emulator
    await switchIt(emulator, 'DisableOutboundWebIdentityFederation')
    expect(await (await emulator.fetch(`${issuer}/.well-known/jwks.json`)).json()).toEqual(before)
    expect((await switchIt(emulator, 'EnableOutboundWebIdentityFederation')).text('IssuerIdentifier')).toBe(
      issuer,
    )
  })
})

test('each account has a switch and an issuer of its own', async () => {
  const other = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other' }
  const emulator = createEmulator({
    now: () => now,
    principals: [
      { arn: 'arn:aws:iam::111111111111:user/a', accessKeyId: 'AKIAONE', secretAccessKey: 'one' },
      { arn: 'arn:aws:iam::222222222222:user/a', ...other },
    ],
    accounts: [{ accountId: '222222222222', federationEnabled: false }],
  })
  expect((await call(emulator, mint)).status).toBe(200)
  expect((await call(emulator, mint, { credentials: other })).text('Code')).toBe(
    'OutboundWebIdentityFederationDisabledException',
  )
  const enabled = await switchIt(emulator, 'EnableOutboundWebIdentityFederation', { credentials: other })
  expect(enabled.text('IssuerIdentifier')).toBe(emulator.issuerOf('222222222222'))
  expect(emulator.issuerOf('222222222222')).not.toBe(emulator.issuer)
  expect(() => emulator.issuerOf('333333333333')).toThrow('accountId must be an account of the emulator')
})

test.each([
  'EnableOutboundWebIdentityFederation',
  'DisableOutboundWebIdentityFederation',
  'GetOutboundWebIdentityFederationInfo',
])('%s needs its permission, whatever the state', async (operation) => {
  const principal = { arn: 'arn:aws:iam::123456789012:user/a', accessKeyId: 'AKIA', secretAccessKey: 's' }
  for (const federationEnabled of [true, false]) {
    const principals = [{ ...principal, policies: {} }]
    const answer = await switchIt(
      createEmulator({ now: () => now, federationEnabled, principals }),
      operation,
    )
    expect([answer.status, answer.text('Message')]).toEqual([
      403,
      `User: ${principal.arn} is not authorized to perform: iam:${operation} on resource: * because no identity-based policy allows the iam:${operation} action`,
    ])
  }
})

test.each([
  ['a user', { Action: 'GetSessionToken' }],
  [
    'a federated user',
    {
      Action: 'GetFederationToken',
      Name: 'Bob',
      Policy: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    },
  ],
])('a session of %s may not use it', async (_, parameters) => {
  const emulator = createEmulator({ now: () => now })
  const session = await call(emulator, parameters)
  const credentials = {
    accessKeyId: session.text('AccessKeyId') ?? '',
    secretAccessKey: session.text('SecretAccessKey') ?? '',
    sessionToken: session.text('SessionToken') ?? '',
  }
  const answer = await switchIt(emulator, 'GetOutboundWebIdentityFederationInfo', { credentials })
  expect([answer.status, answer.text('Code')]).toEqual([403, 'InvalidClientTokenId'])
})
