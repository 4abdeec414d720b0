import { describe, expect, test } from 'vitest'
import { IamClient, type IamClientOptions } from '../../src/iam/index.ts'
import {
  CredentialsError,
  FeatureDisabledException,
  FeatureEnabledException,
  isFeatureDisabledException,
  isFeatureEnabledException,
  isServiceError,
  isWebIdentityError,
  ResponseError,
  ServiceError,
} from '../../src/index.ts'
import { CREDENTIALS, rejectionOf } from '../support/client.ts'
import { type Answer, scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'
import observed from '../vectors/aws-observed.json' with { type: 'json' }

const ISSUER = 'https://a1b2c3d4-0000-1111-2222-333344445555.tokens.sts.global.api.aws'
const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'
const METADATA =
  '<ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555</RequestId></ResponseMetadata>'

const OPERATIONS = {
  EnableOutboundWebIdentityFederation: 'enableOutboundWebIdentityFederation',
  DisableOutboundWebIdentityFederation: 'disableOutboundWebIdentityFederation',
  GetOutboundWebIdentityFederationInfo: 'getOutboundWebIdentityFederationInfo',
} as const
type Operation = keyof typeof OPERATIONS

const result = {
  EnableOutboundWebIdentityFederation: `<IssuerIdentifier>${ISSUER}</IssuerIdentifier>`,
  GetOutboundWebIdentityFederationInfo: `<IssuerIdentifier>${ISSUER}</IssuerIdentifier><JwtVendingEnabled>true</JwtVendingEnabled>`,
}

function reply(operation: keyof typeof result, members = result[operation]): string {
  return `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${members}</${operation}Result>${METADATA}</${operation}Response>`
}

const disableReply = `<DisableOutboundWebIdentityFederationResponse xmlns="${NAMESPACE}">${METADATA}</DisableOutboundWebIdentityFederationResponse>`

function refusal(code: string, message: string): string {
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>66666666-7777-8888-9999-000000000000</RequestId></ErrorResponse>`
}

function makeIam(answer: Answer, options: Partial<IamClientOptions> = {}) {
  const fetch = scriptedFetch(answer)
  const iam = new IamClient({
    region: 'eu-central-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
    fetch,
    ...options,
  })
  const call = (operation: Operation): Promise<unknown> => iam[OPERATIONS[operation]]()
  return { iam, call, fetch }
}

describe('what IAM gives', () => {
  test('when federation is switched on is the issuer', async () => {
    const { iam } = makeIam(xmlReply(reply('EnableOutboundWebIdentityFederation')))
    expect(await iam.enableOutboundWebIdentityFederation()).toEqual({ issuerIdentifier: ISSUER })
  })

  test('when it is switched off is nothing, be it with metadata, an empty result or no body at all', async () => {
    const withResult = disableReply.replace('<Resp', '<DisableOutboundWebIdentityFederationResult/><Resp')
    for (const body of [disableReply, withResult, '']) {
      const { iam } = makeIam(xmlReply(body))
      expect(await iam.disableOutboundWebIdentityFederation()).toBe(undefined)
    }
  })

  test.each([
    ['true', true],
    ['false', false],
  ])('when it is asked is the issuer, and whether tokens are given: %s', async (text, jwtVendingEnabled) => {
    const body = reply('GetOutboundWebIdentityFederationInfo').replace('true', text)
    const { iam } = makeIam(xmlReply(body))
    expect(await iam.getOutboundWebIdentityFederationInfo()).toEqual({
      issuerIdentifier: ISSUER,
      jwtVendingEnabled,
    })
  })

  test('is read whatever the order of its members, and whatever AWS adds to them', async () => {
    const members = `<New>x</New>\n<JwtVendingEnabled>true</JwtVendingEnabled> <IssuerIdentifier><![CDATA[${ISSUER}]]></IssuerIdentifier>`
    const { iam } = makeIam(xmlReply(reply('GetOutboundWebIdentityFederationInfo', members)))
    expect(await iam.getOutboundWebIdentityFederationInfo()).toEqual({
      issuerIdentifier: ISSUER,
      jwtVendingEnabled: true,
    })
  })
})

describe('what IAM is asked', () => {
  const operations: Operation[] = [
    'EnableOutboundWebIdentityFederation',
    'DisableOutboundWebIdentityFederation',
    'GetOutboundWebIdentityFederationInfo',
  ]
  const answerTo = (operation: Operation) =>
    xmlReply(operation === 'DisableOutboundWebIdentityFederation' ? disableReply : reply(operation))

  test.each(operations)(
    'for %s is the action and the version, for it has no parameters',
    async (operation) => {
      const { call, fetch } = makeIam(answerTo(operation))
      await call(operation)
      expect(fetch.requests.map(({ url, body }) => ({ url, body }))).toEqual([
        { url: 'https://iam.amazonaws.com/', body: `Action=${operation}&Version=2010-05-08` },
      ])
    },
  )

  test.each([
    ['eu-central-1', 'us-east-1'],
    ['cn-northwest-1', 'cn-north-1'],
    ['us-gov-east-1', 'us-gov-west-1'],
    ['eusc-de-east-1', 'eusc-de-east-1'],
  ])('from %s is signed for IAM in %s', async (region, signingRegion) => {
    const { call, fetch } = makeIam(answerTo('DisableOutboundWebIdentityFederation'), { region })
    await call('DisableOutboundWebIdentityFederation')
    const [request] = fetch.requests
    const authorization = request?.headers.get('authorization')
    const scope = /Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/(.*?),/.exec(authorization ?? '')?.[1]
    expect(scope).toBe(`${signingRegion}/iam/aws4_request`)
    expect(authorization).toMatch(/^AWS4-HMAC-SHA256 .*SignedHeaders=content-type;host;x-amz-date, /)
    expect(request?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  })

  test.each(operations)('for %s ends when the signal aborts, with its reason', async (operation) => {
    const { iam, fetch } = makeIam(answerTo(operation))
    const reason = new Error('changed my mind')
    const calling = iam[OPERATIONS[operation]]({ signal: AbortSignal.abort(reason) })
    expect(await rejectionOf(calling)).toBe(reason)
    expect(fetch.requests).toEqual([])
  })

  test('is never asked without credentials', async () => {
    const { call, fetch } = makeIam(xmlReply(disableReply), {
      credentials: undefined,
    })
    expect(await rejectionOf(call('DisableOutboundWebIdentityFederation'))).toBeInstanceOf(CredentialsError)
    expect(fetch.requests).toEqual([])
  })
})

describe('what AWS was seen to refuse is typed and ends with its remedy', () => {
  const known = {
    FeatureEnabled: {
      Exception: FeatureEnabledException,
      name: 'FeatureEnabledException',
      isIt: isFeatureEnabledException,
      isOther: isFeatureDisabledException,
      remedy: 'There is nothing to do: getOutboundWebIdentityFederationInfo() gives the issuer.',
    },
    FeatureDisabled: {
      Exception: FeatureDisabledException,
      name: 'FeatureDisabledException',
      isIt: isFeatureDisabledException,
      isOther: isFeatureEnabledException,
      remedy: 'Switch it on with enableOutboundWebIdentityFederation().',
    },
  }
  const refused = observed.iam.flatMap(({ operation, state, expect: { code, message, status } }) =>
    code === undefined ? [] : [{ operation, state, code, message: message ?? '', status }],
  )

  test('in three cases', () => {
    expect(refused.map(({ status, code }) => `${status} ${code}`)).toEqual([
      '404 FeatureDisabled',
      '409 FeatureEnabled',
      '404 FeatureDisabled',
    ])
  })

  for (const { operation, state, code, message, status } of refused) {
    test.each([code, `${code}Exception`])(`${operation} while it is ${state}: %s`, async (wire) => {
      // The vectors name operations and codes of which the types know only that they are strings.
      const { Exception, name, isIt, isOther, remedy } = known[code as keyof typeof known]
      const { call } = makeIam(xmlReply(refusal(wire, message), { status }))
      const error = await rejectionOf(call(operation as Operation))
      expect(error).toBeInstanceOf(Exception)
      expect(error).toBeInstanceOf(ServiceError)
      expect(error).toMatchObject({
        name,
        code: wire,
        message: `${message}. ${remedy}`,
        remedy,
        statusCode: status,
        requestId: '66666666-7777-8888-9999-000000000000',
        fault: 'client',
        retryable: false,
        attempts: 1,
      })
      expect([isIt(error), isServiceError(error), isWebIdentityError(error), isOther(error)]).toEqual([
        true,
        true,
        true,
        false,
      ])
    })
  }

  test('and what is none of these is a plain ServiceError without a remedy', async () => {
    const { call } = makeIam(xmlReply(refusal('AccessDenied', 'Not you.'), { status: 403 }))
    const error = await rejectionOf(call('GetOutboundWebIdentityFederationInfo'))
    expect(error).toMatchObject({
      name: 'ServiceError',
      code: 'AccessDenied',
      message: 'Not you.',
      remedy: undefined,
    })
  })
})

describe('a damaged reply is a ResponseError, and no half of a result', () => {
  const info = reply('GetOutboundWebIdentityFederationInfo')
  const issuer = `<IssuerIdentifier>${ISSUER}</IssuerIdentifier>`
  const vending = '<JwtVendingEnabled>true</JwtVendingEnabled>'

  test.each([
    ['no issuer', info.replace(issuer, '')],
    ['two issuers', info.replace(issuer, `${issuer}${issuer}`)],
    ['an empty issuer', info.replace(ISSUER, '')],
    ['an issuer that is no URL', info.replace(ISSUER, 'somebody')],
    ['no word of vending', info.replace(vending, '')],
    ['vending that is neither true nor false', info.replace('>true<', '>1<')],
    ['vending in capitals', info.replace('>true<', '>TRUE<')],
    [
      'the issuer in the metadata alone',
      info.replace(issuer, '').replace('<RequestId>', `${issuer}<RequestId>`),
    ],
    ['half of the XML', info.slice(0, 200)],
    ['the reply of another operation', disableReply],
  ])('%s', async (_, body) => {
    const { call } = makeIam(xmlReply(body))
    const error = await rejectionOf(call('GetOutboundWebIdentityFederationInfo'))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({ code: 'unexpected_reply', retryable: false, attempts: 1 })
  })

  test.each([
    ['a page of a proxy', () => new Response('<p>Hello', { headers: { 'content-type': 'text/html' } })],
    ['nothing', () => xmlReply('')],
  ])('%s', async (_, answer) => {
    const { call } = makeIam(answer)
    expect(await rejectionOf(call('EnableOutboundWebIdentityFederation'))).toMatchObject({
      name: 'ResponseError',
      code: 'unexpected_content',
    })
  })

  test('where nothing is given, it must still be said that it was done', async () => {
    const { call } = makeIam(xmlReply('<Something/>'))
    expect(await rejectionOf(call('DisableOutboundWebIdentityFederation'))).toMatchObject({
      name: 'ResponseError',
      code: 'unexpected_reply',
    })
  })
})

test('options are checked as those of the StsClient are', () => {
  // What JavaScript lets a caller write, whatever the types say.
  const make = (options: object) => () =>
    new IamClient({ region: 'us-east-1', ...options } as IamClientOptions)
  expect(make({ region: 'a@b' })).toThrow('region must be the name of an AWS region, such as eu-central-1')
  expect(make({ retries: 3 })).toThrow('retries is not known here')
  expect(make({ validateInput: false })).toThrow('validateInput is not known here')
})
