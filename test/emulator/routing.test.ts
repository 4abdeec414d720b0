import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import endpoints from '../vectors/endpoints-iam.json' with { type: 'json' }
import { call, now, send, sign } from './sts-call.ts'

const sts = { Action: 'GetCallerIdentity' }
const iam = { Action: 'GetOutboundWebIdentityFederationInfo', Version: '2010-05-08' }

describe('the service is told', () => {
  test.each([
    ['by AWS’s host', sts, 'https://sts.eu-west-1.amazonaws.com/', 'sts', 'eu-west-1'],
    ['by the global host', sts, 'https://sts.amazonaws.com/', 'sts', 'us-east-1'],
    ['by AWS’s host', iam, 'https://iam.amazonaws.com/', 'iam', 'us-east-1'],
    ['by the host of another partition', iam, 'https://iam.us-gov.amazonaws.com/', 'iam', 'us-gov-west-1'],
    ['by AWS’s host whatever the path', iam, 'https://iam.amazonaws.com/sts', 'iam', 'us-east-1'],
    ['by the path', sts, 'http://127.0.0.1:4566/sts', 'sts', 'eu-west-1'],
    ['by the path', iam, 'http://127.0.0.1:4566/iam/', 'iam', 'us-east-1'],
    ['by the credential scope', sts, 'http://127.0.0.1:4566/', 'sts', 'eu-west-1'],
    ['by the credential scope', iam, 'http://127.0.0.1:4566/', 'iam', 'us-east-1'],
    ['by the name of a local host', iam, 'http://iam.localhost:4566/', 'iam', 'us-east-1'],
  ])('%s: %j at %s', async (_, parameters, url, service, region) => {
    const emulator = createEmulator({ now: () => now })
    for (const method of ['POST', 'GET'] as const) {
      const answer = await call(emulator, parameters, { url, service, region, method })
      expect([answer.status, answer.text('Message')]).toEqual([200, undefined])
    }
  })

  test('and so is the region, by each of AWS’s hosts for IAM', async () => {
    const emulator = createEmulator({ now: () => now })
    const hosts = endpoints.cases.flatMap(({ expect: { url, signingRegion } }) =>
      url !== undefined && typeof signingRegion === 'string' ? [[url, signingRegion] as const] : [],
    )
    expect(hosts.length).toBeGreaterThan(15)
    for (const [url, region] of hosts) {
      const right = await call(emulator, iam, { url: `${url}/`, service: 'iam', region })
      expect([url, right.status]).toEqual([url, 200])
      const wrong = await call(emulator, iam, { url: `${url}/`, service: 'iam', region: 'eu-west-1' })
      expect([url, wrong.text('Message')]).toEqual([url, 'Credential should be scoped to a valid region. '])
    }
  })

  test('and a signature for another is refused', async () => {
    const emulator = createEmulator({ now: () => now })
    const wrong = await call(emulator, iam, { url: 'https://iam.amazonaws.com/', service: 'sts' })
    expect([wrong.status, wrong.text('Message')]).toEqual([
      403,
      expect.stringContaining("Credential should be scoped to correct service: 'iam'."),
    ])
    const none = await call(emulator, sts, { url: 'http://127.0.0.1/', service: 's3' })
    expect(none.text('Message')).toContain("Credential should be scoped to correct service: 'sts'.")
  })

  test.each([
    [iam, 'sts', 'Could not find operation GetOutboundWebIdentityFederationInfo for version 2010-05-08'],
    [sts, 'iam', 'Could not find operation GetCallerIdentity for version 2011-06-15'],
    [
      { ...iam, Version: '2011-06-15' },
      'iam',
      'Could not find operation GetOutboundWebIdentityFederationInfo for version 2011-06-15',
    ],
  ])('and has no other’s operations: %j at %s', async (parameters, service, message) => {
    const answer = await call(createEmulator({ now: () => now }), parameters, {
      url: `http://127.0.0.1/${service}`,
      service,
    })
    expect([answer.text('Code'), answer.text('Message')]).toEqual(['InvalidAction', message])
  })
})

test('a request without a version has no operation', async () => {
  const emulator = createEmulator({ now: () => now })
  const answer = await send(emulator, await sign(emulator, 'Action=GetCallerIdentity'))
  expect([answer.status, answer.text('Code'), answer.text('Message')]).toEqual([
    400,
    'InvalidAction',
    'Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED',
  ])
})

test('on the global endpoint no token is minted, whoever asks', async () => {
  const answer = await call(
    createEmulator({ now: () => now, federationEnabled: false }),
    { Action: 'GetWebIdentityToken' },
    { url: 'https://sts.amazonaws.com/' },
  )
  expect([answer.status, answer.text('Code'), answer.text('Message')]).toEqual([
    400,
    'InvalidAction',
    'Operation not supported on STS global endpoint',
  ])
})
