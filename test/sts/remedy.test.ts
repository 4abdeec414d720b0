// What to do about each known refusal, as a caller reads it: each is provoked by a reply with AWS's own words.

import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type GetWebIdentityTokenInput,
  isJWTPayloadSizeExceededException,
  isOutboundWebIdentityFederationDisabledException,
  isSessionDurationEscalationException,
  ServiceError,
  SessionDurationEscalationException,
  type StsClientOptions,
} from '../../src/index.ts'
import { COMMON_MISTAKES } from '../../src/query/remedy.ts'
import { STS_MISTAKES } from '../../src/sts/remedy.ts'
import {
  CREDENTIALS,
  errorReply,
  INPUT,
  makeClient,
  rejectionOf,
  TOKEN,
  tokenReply,
} from '../support/client.ts'
import { scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'
import observed from '../vectors/aws-observed.json' with { type: 'json' }

const LONGER_SESSIONS =
  "A role's session lasts as long as AssumeRole's durationSeconds asks for, up to the role's maximum session duration; one that was assumed from another role, an hour at most."

interface Refused {
  code: string
  status: number
  /** AWS's. */
  message: string
  input?: GetWebIdentityTokenInput
}

/** What AWS was seen to answer, by the name of the observation. */
function seen(name: string): Refused {
  const found = observed.authorization.find((each) => each.name === name)
  if (found === undefined) throw new Error(`Nobody saw: ${name}`)
  return found.expect
}

async function refusalOf({ code, status, message, input = INPUT }: Refused): Promise<ServiceError> {
  const answer = xmlReply(errorReply(code, message), { status })
  const error = await rejectionOf(makeClient({ fetch: scriptedFetch(answer) }).getWebIdentityToken(input))
  if (!(error instanceof ServiceError)) throw error
  return error
}

const provoked = new Set<string>()

/** Provokes the refusal and gives its remedy, with which the message must end and which it must not repeat. */
async function remedyOf(refused: Refused): Promise<string> {
  const error = await refusalOf(refused)
  const { remedy = 'none' } = error
  const said = refused.message.replace(/[^.!?]$/, '$&.')
  expect(error.message).toBe(`${said} ${remedy}`)
  expect(error.code).toBe(refused.code)
  expect(error.statusCode).toBe(refused.status)
  provoked.add(remedy)
  return remedy
}

const ENABLE =
  'Switch it on once for the account, by enableOutboundWebIdentityFederation() of aws-web-identity/iam or `aws iam enable-outbound-web-identity-federation`, and wait about 10 seconds.'

describe('a refusal says what to do', () => {
  test('where federation is disabled: the call and the command that enable it', async () => {
    const [refused] = observed.accepted_while_federation_is_disabled
    if (refused === undefined) throw new Error('The vectors are empty.')
    expect(await remedyOf(refused.expect)).toBe(ENABLE)
    const error = await refusalOf(refused.expect)
    expect(isOutboundWebIdentityFederationDisabledException(error)).toBe(true)
  })

  test('where the session is too short, of which nothing was known', async () => {
    const refused = seen('role session with 899 s left asks for 3600 s')
    expect(await remedyOf(refused)).toBe(
      `Ask for fewer durationSeconds than the session has left (a session of 900 s cannot mint a token of 900 s), or use credentials with a longer session. ${LONGER_SESSIONS}`,
    )
    expect(isSessionDurationEscalationException(await refusalOf(refused))).toBe(true)
  })

  test.each(['JWTPayloadSizeExceededException', 'JWTPayloadSizeExceeded'])(
    'where the claims are too long: how many bytes of them are the request’s own (%s)',
    async (code) => {
      const audience = Array.from({ length: 10 }, (_, index) => `${index}${'é'.repeat(999)}`)
      const input = { ...INPUT, audience, tags: [{ key: 'team', value: 'web' }] }
      const refused = { code, status: 400, message: 'The payload is too large.', input }
      const remedy = await remedyOf(refused)
      expect(remedy).toMatch(
        /^The claims may have 14,984 bytes, of which the audience and tags of this request alone take about [\d,]+: send fewer or shorter ones\.$/,
      )
      const bytes = Number(/take about ([\d,]+):/.exec(remedy)?.[1]?.replaceAll(',', ''))
      // 10 audiences of 1 + 999 × 2 bytes in quotes, which is in UTF-8 what they are in the token.
      expect(bytes).toBeGreaterThanOrEqual(10 * (1999 + 2))
      expect(bytes).toBeLessThan(10 * (1999 + 2) + 100)
      expect(isJWTPayloadSizeExceededException(await refusalOf(refused))).toBe(true)
    },
  )

  test('where tags are denied: the permission that is missing', async () => {
    const refused = seen('tags need their own permission')
    expect(await remedyOf({ ...refused, input: { ...INPUT, tags: [{ key: 'team', value: 'test' }] } })).toBe(
      'A request with tags needs the permission sts:TagGetWebIdentityToken beside sts:GetWebIdentityToken.',
    )
  })

  test('where a federated user session asks: who may', async () => {
    expect(await remedyOf(seen('GetFederationToken credentials'))).toBe(
      'Sessions of GetFederationToken may not mint tokens: use the keys of a user, a GetSessionToken session or an assumed role.',
    )
  })

  test('where a policy denies: that no Allow helps', async () => {
    expect(await remedyOf(seen('explicit deny'))).toBe(
      'No Allow overrides it: change the policy that denies, which the message names.',
    )
  })

  test('where nothing allows: the least statement, for just these audiences', async () => {
    const audience = ['https://api.example.com', 'quo"ted\\', '*']
    const remedy = await remedyOf({ ...seen('no grant'), input: { ...INPUT, audience } })
    const [, statement = ''] = /^Allow the caller just this: (.*)$/.exec(remedy) ?? []
    expect(JSON.parse(statement)).toEqual({
      Effect: 'Allow',
      Action: 'sts:GetWebIdentityToken',
      Resource: '*',
      Condition: {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': audience },
        Null: { 'sts:IdentityTokenAudience': 'false' },
      },
    })
  })

  test.each([
    ['ExpiredToken', 403, 'The security token included in the request is expired'],
    ['ExpiredTokenException', 400, 'The security token included in the request is expired.'],
  ])('where the credentials have run out: %s', async (code, status, message) => {
    expect(await remedyOf({ code, status, message })).toBe(
      'Get fresh ones; a function in place of credentials is asked for them by itself.',
    )
  })

  test.each([
    [
      'ExpiredTokenException',
      400,
      'Get a fresh token from its issuer; a function in its place is asked at each refresh.',
    ],
    [
      'InvalidIdentityToken',
      400,
      'The account needs an OpenID Connect provider with the very issuer of the token; tokens of AWS STS itself are never taken here.',
    ],
    [
      'IDPRejectedClaim',
      403,
      "Compare the token's aud and sub with the provider's audiences and the role's trust policy.",
    ],
  ])('where a role is assumed by a web identity, and that is refused: %s', async (code, status, expected) => {
    const fetch = scriptedFetch(xmlReply(errorReply(code, 'No.'), { status }))
    const error = await rejectionOf(
      makeClient({ fetch, credentials: undefined }).assumeRoleWithWebIdentity({
        roleArn: 'arn:aws:iam::123456789012:role/app',
        roleSessionName: 'build',
        webIdentityToken: TOKEN,
      }),
    )
    expect(error).toMatchObject({ code, remedy: expected, message: `No. ${expected}` })
    expect((error as ServiceError).name).toMatch(new RegExp(`^${code.replace('Exception', '')}Exception$`))
    provoked.add(expected)
  })

  test('where tags are denied explicitly: that no permission helps', async () => {
    const message =
      'User: arn:aws:iam::123456789012:user/denied is not authorized to perform: sts:TagGetWebIdentityToken on resource: arn:aws:sts::123456789012:self with an explicit deny in an identity-based policy'
    expect(await remedyOf({ code: 'AccessDenied', status: 403, message })).toMatch(/^No Allow overrides it/)
  })

  test('where AWS does not know the keys: what belongs together', async () => {
    const message = 'The security token included in the request is invalid.'
    expect(await remedyOf({ code: 'InvalidClientTokenId', status: 403, message })).toBe(
      'The three parts must belong together: temporary keys (ASIA…) need their own session token, long-term keys (AKIA…) have none; and they must be of the partition that is called.',
    )
  })

  test.each([
    'Signature expired: 20110909T000000Z is now earlier than 20110909T233600Z (20110909T235100Z - 15 min.)',
    'Signature not yet current: 20110909T235900Z is still later than 20110909T001500Z (20110909T000000Z + 15 min.)',
  ])('where the clock is off and could not be set right: %s', async (message) => {
    // One attempt alone: the client learns the server's time, and may not sign again.
    expect(await remedyOf({ code: 'SignatureDoesNotMatch', status: 403, message })).toBe(
      'Set the clock of this machine right.',
    )
  })

  test('where the secret is another: which two belong together', async () => {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
    expect(await remedyOf({ code: 'SignatureDoesNotMatch', status: 403, message })).toBe(
      'Check that secretAccessKey is whole and belongs to accessKeyId.',
    )
  })

  test('where the region is switched off: where to switch it on', async () => {
    const message =
      'STS is not activated in this region for account:123456789012. Your account administrator can activate STS in this region using the IAM Console.'
    expect(await remedyOf({ code: 'RegionDisabledException', status: 403, message })).toBe(
      "Switch the region on in the account's settings (AWS Regions, and STS endpoints in IAM), or name another.",
    )
  })

  test('where the address leads to the global endpoint after all: an address that does not', async () => {
    expect(await remedyOf(seen('global endpoint'))).toBe(
      'Call a regional endpoint, such as https://sts.us-east-1.amazonaws.com.',
    )
  })

  test('and each remedy that is known was provoked here', () => {
    const known = [...STS_MISTAKES, ...COMMON_MISTAKES].map(({ remedy }) =>
      remedy({ Audience: [] }).slice(0, 25),
    )
    for (const beginning of known) {
      expect([...provoked].some((remedy) => remedy.startsWith(beginning))).toBe(true)
    }
  })
})

describe('a refusal without a known remedy ends as AWS ended it', () => {
  test.each([
    { code: 'Throttling', status: 400, message: 'Rate exceeded' },
    { code: 'AccessDenied', status: 403, message: 'No' },
    { code: 'InvalidAction', status: 400, message: 'Could not find operation GetWebIdentityToken' },
    { code: 'ValidationError', status: 400, message: "1 validation error detected: Value '59'" },
  ])('$code: $message', async (refused) => {
    const { message, remedy } = await refusalOf(refused)
    expect(message).toBe(refused.message)
    expect(remedy).toBe(undefined)
  })

  test('such as the denial of another operation', async () => {
    const message =
      'User: arn:aws:iam::123456789012:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/demo'
    const fetch = scriptedFetch(xmlReply(errorReply('AccessDenied', message), { status: 403 }))
    const roleArn = 'arn:aws:iam::123456789012:role/demo'
    const calling = makeClient({ fetch }).assumeRole({ roleArn, roleSessionName: 'me' })
    expect(await rejectionOf(calling)).toMatchObject({ message, remedy: undefined })
  })
})

describe('a session that is known to be too short is refused before anything is sent', () => {
  const NOW = Date.UTC(2026, 8, 11, 18)

  afterEach(() => {
    vi.useRealTimers()
  })

  /** Asks by a session that has so many seconds left. */
  function mint(secondsLeft: number, durationSeconds?: number, options: Partial<StsClientOptions> = {}) {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    const session = {
      ...CREDENTIALS,
      sessionToken: 'session',
      expiration: new Date(NOW + secondsLeft * 1000),
    }
    const sts = makeClient({ fetch, credentials: session, ...options })
    return { fetch, minting: sts.getWebIdentityToken({ ...INPUT, durationSeconds }) }
  }

  test.each([
    [
      900,
      900,
      `Ask for at most 899 durationSeconds, or use credentials with a longer session. ${LONGER_SESSIONS}`,
    ],
    [
      899.5,
      3600,
      `Ask for at most 899 durationSeconds, or use credentials with a longer session. ${LONGER_SESSIONS}`,
    ],
    [
      300,
      undefined,
      `Ask for at most 299 durationSeconds, or use credentials with a longer session. ${LONGER_SESSIONS}`,
    ],
    [
      61,
      300,
      `Ask for at most 60 durationSeconds, or use credentials with a longer session. ${LONGER_SESSIONS}`,
    ],
    [
      60.001,
      61,
      `Ask for at most 60 durationSeconds, or use credentials with a longer session. ${LONGER_SESSIONS}`,
    ],
    [60, 60, `The session has too little left for any token: get fresh credentials. ${LONGER_SESSIONS}`],
    [0.5, 60, `The session has too little left for any token: get fresh credentials. ${LONGER_SESSIONS}`],
  ])('%d s left, %s s asked for', async (secondsLeft, durationSeconds, remedy) => {
    const { fetch, minting } = mint(secondsLeft, durationSeconds)
    const error = await rejectionOf(minting)
    expect(error).toBeInstanceOf(SessionDurationEscalationException)
    expect(error).toMatchObject({
      code: 'SessionDurationEscalationException',
      message: `The token would outlive the session of the credentials; nothing was sent. ${remedy}`,
      remedy,
      statusCode: 403,
      fault: 'client',
      retryable: false,
      attempts: 0,
      requestId: undefined,
      longestDurationSeconds: secondsLeft > 60 ? Math.ceil(secondsLeft) - 1 : undefined,
    })
    expect(fetch.requests).toEqual([])
  })

  test('as many seconds as the refusal names are then sent', async () => {
    for (const secondsLeft of [61, 300.5, 3600]) {
      const { remedy = '' } = (await rejectionOf(mint(secondsLeft, 3600).minting)) as ServiceError
      const most = Number(/at most (\d+) /.exec(remedy)?.[1])
      expect((await mint(secondsLeft, most).minting).webIdentityToken).toBe(TOKEN)
      expect(await rejectionOf(mint(secondsLeft, most + 1).minting)).toHaveProperty('attempts', 0)
    }
  })

  test('whether the credentials were given or provided', async () => {
    const expiration = new Date(NOW + 120_000)
    const credentials = async () => ({ ...CREDENTIALS, expiration })
    const { fetch, minting } = mint(0, 600, { credentials })
    expect(await rejectionOf(minting)).toMatchObject({ attempts: 0 })
    expect(fetch.requests).toEqual([])
  })

  test.each<[string, number, number | undefined, Partial<StsClientOptions>]>([
    ['when validateInput is false: then AWS judges', 60, 3600, { validateInput: false }],
    ['when the session seems to be over: that may be the clock', -1, 3600, {}],
    ['when it seems to be over at this very moment', 0, 3600, {}],
    ['when the session is one second longer than the token', 301, 300, {}],
    ['when it is a millisecond longer than the token that is meant', 300.001, undefined, {}],
    ['when nothing is known of its end', 0, 3600, { credentials: CREDENTIALS }],
  ])('but not %s', async (_, secondsLeft, durationSeconds, options) => {
    const { fetch, minting } = mint(secondsLeft, durationSeconds, options)
    expect((await minting).webIdentityToken).toBe(TOKEN)
    expect(fetch.requests).toHaveLength(1)
  })

  test('and not for operations that mint nothing', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    const fetch = scriptedFetch(xmlReply(errorReply('AccessDenied'), { status: 403 }))
    const sts = makeClient({ fetch, credentials: { ...CREDENTIALS, expiration: new Date(NOW + 1000) } })
    await rejectionOf(sts.getCallerIdentity())
    expect(fetch.requests).toHaveLength(1)
  })

  test("by the server's time, once the client has learnt it", async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    const skewed = { status: 403, headers: { date: new Date(NOW + 3_600_000).toUTCString() } }
    const fetch = scriptedFetch(
      xmlReply(errorReply('SignatureDoesNotMatch'), skewed),
      xmlReply(tokenReply()),
      xmlReply(tokenReply()),
    )
    const expiration = new Date(NOW + 2 * 3_600_000)
    const sts = makeClient({ fetch, credentials: { ...CREDENTIALS, expiration }, maxAttempts: 2 })
    await sts.getWebIdentityToken(INPUT)
    // By this machine's clock two hours are left, by the server's one.
    expect(await rejectionOf(sts.getWebIdentityToken({ ...INPUT, durationSeconds: 3600 }))).toMatchObject({
      remedy: `Ask for at most 3599 durationSeconds, or use credentials with a longer session. ${LONGER_SESSIONS}`,
      attempts: 0,
    })
    expect(fetch.requests).toHaveLength(2)
  })
})
