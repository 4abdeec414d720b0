import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { longestTokenSeconds } from '../../src/cli/whoami/longest-token.ts'
import { subjectOf } from '../../src/cli/whoami/subject.ts'
import { finished } from './run-cli.ts'
import { servedEmulator, session } from './served-emulator.ts'

describe('whoami', () => {
  test('tells of a user who calls, and what to paste at a relying party', async () => {
    const { emulator, env } = await servedEmulator()
    const { code, out, err } = await finished(['whoami'], env)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^caller {9}arn:aws:iam::123456789012:user\/developer$/m)
    expect(out).toMatch(/^credentials {4}environment variables, for us-east-1$/m)
    expect(out).toMatch(/^session ends {3}not told by the credentials$/m)
    expect(out).toMatch(/^federation {5}on$/m)
    expect(out).toMatch(new RegExp(`^issuer {5}${emulator.issuer}$`, 'm'))
    expect(out).toMatch(/^subject {4}arn:aws:iam::123456789012:user\/developer$/m)
    const [, discovery = ''] = /^discovery {2}(\S+)$/m.exec(out) ?? []
    const [, keys = ''] = /^keys {7}(\S+)$/m.exec(out) ?? []
    const document = await (await fetch(discovery)).json()
    expect(document).toMatchObject({ issuer: emulator.issuer, jwks_uri: keys })
  })

  test('of a session it tells its end, the longest token, and that the role’s path does not show', async () => {
    const expiration = new Date(Date.now() + 20 * 60_000)
    const { env } = await servedEmulator({ principals: [{ ...session, sessionExpiration: expiration }] })
    const told = { ...env, AWS_CREDENTIAL_EXPIRATION: expiration.toISOString() }
    const { out } = await finished(['whoami'], told)
    expect(out).toContain(`session ends   ${expiration.toISOString()}\n`)
    expect(out).toMatch(/^longest token {2}11\d\d s, for a token must end before the session$/m)
    expect(out).toContain('subject    arn:aws:iam::123456789012:role/worker\n')
    expect(out).toMatch(
      /the subject is arn:aws:iam::123456789012:role\/<path>\/worker, as the sub of a token shows\.\n$/,
    )

    const facts = JSON.parse((await finished(['whoami', '--json'], told)).out)
    expect(facts).toMatchObject({
      account: '123456789012',
      arn: 'arn:aws:sts::123456789012:assumed-role/worker/nightly',
      credentials: { from: 'environment variables', expiration: expiration.toISOString() },
      federation: { state: 'on', jwtVendingEnabled: true },
      relyingParty: { subject: 'arn:aws:iam::123456789012:role/worker', subjectMayHavePath: true },
    })
    // The longest token that it names is one that AWS gives.
    const minted = await finished(
      [
        'token',
        '--audience',
        'a',
        '--algorithm',
        'ES384',
        '--duration',
        String(facts.longestTokenSeconds - 5),
      ],
      told,
    )
    expect(decodeJwt(minted.out.trim()).sub).toBe(session.arn)
  })

  test('federation that is off is told with its remedy', async () => {
    const { env } = await servedEmulator({ federationEnabled: false })
    const { code, out } = await finished(['whoami'], env)
    expect(code).toBe(0)
    expect(out).toMatch(/^federation {5}off: aws-web-identity enable /m)
    expect(out).toMatch(/^issuer {3}not known: see federation above$/m)
    const { federation, relyingParty } = JSON.parse((await finished(['whoami', '--json'], env)).out)
    expect(federation).toEqual({ state: 'off' })
    expect(relyingParty).toMatchObject({ issuer: null, discovery: null, jwks: null })
  })

  test('an issuer that IAM does not tell is told to be so, and how to see it anyway', async () => {
    const { env } = await servedEmulator({ principals: [{ ...session, policies: {} }] })
    const { code, out, err } = await finished(['whoami'], env)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^federation +not told to this caller, who lacks iam:GetOutboundWebIdentityFederationInfo\./m,
    )
    expect(out).toContain('| aws-web-identity decode\n')
  })

  test('it never shows the secrets', async () => {
    const { env, secrets } = await servedEmulator({ principals: [session] })
    const runs = await Promise.all([finished(['whoami'], env), finished(['whoami', '--json'], env)])
    for (const secret of secrets) expect(JSON.stringify(runs)).not.toContain(secret)
  })
})

test.each([
  ['arn:aws:iam::123456789012:user/a/b', { arn: 'arn:aws:iam::123456789012:user/a/b', mayHavePath: false }],
  ['arn:aws:iam::123456789012:root', { arn: 'arn:aws:iam::123456789012:root', mayHavePath: false }],
  [
    'arn:aws-us-gov:sts::123456789012:assumed-role/r/session',
    { arn: 'arn:aws-us-gov:iam::123456789012:role/r', mayHavePath: true },
  ],
  ['arn:aws:sts::123456789012:federated-user/f', undefined],
])('the subject of %s', (arn, subject) => {
  expect(subjectOf(arn)).toEqual(subject)
})

test.each([
  [undefined, 3600],
  [3601, 3600],
  [3600, 3599],
  [900.5, 900],
  [61, 60],
  [60, 0],
  [-5, 0],
])('a session with %s s left may ask for a token of %i s', (left, longest) => {
  const end = left === undefined ? undefined : new Date(1_000_000_000 + left * 1000)
  expect(longestTokenSeconds(end, 1_000_000_000)).toBe(longest)
})
