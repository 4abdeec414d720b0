import { describe, expect, test } from 'vitest'
import * as library from '../src/index.ts'
import { errorReply, INPUT, makeClient, rejectionOf } from './support/client.ts'
import { scriptedFetch, xmlReply } from './support/scripted-fetch.ts'

function refusalOf(code: string, message = 'No.'): Promise<unknown> {
  const fetch = scriptedFetch(xmlReply(errorReply(code, message), { status: 403 }))
  return rejectionOf(makeClient({ fetch }).getWebIdentityToken(INPUT))
}

const exceptions = [
  [
    'JWTPayloadSizeExceededException',
    library.JWTPayloadSizeExceededException,
    library.isJWTPayloadSizeExceededException,
    / 14,984 bytes, of which /,
  ],
  [
    'OutboundWebIdentityFederationDisabledException',
    library.OutboundWebIdentityFederationDisabledException,
    library.isOutboundWebIdentityFederationDisabledException,
    /enable-outbound-web-identity-federation/,
  ],
  [
    'SessionDurationEscalationException',
    library.SessionDurationEscalationException,
    library.isSessionDurationEscalationException,
    /durationSeconds/,
  ],
] as const

describe.each(exceptions)('%s', (name, Exception, isException, remedy) => {
  test.each([name, name.replace(/Exception$/, '')])('is known by the code %s', async (code) => {
    const error = await refusalOf(code)
    expect(error).toBeInstanceOf(Exception)
    expect(error).toBeInstanceOf(library.ServiceError)
    expect(error).toBeInstanceOf(library.WebIdentityError)
    expect(error).toMatchObject({ name, code, statusCode: 403, fault: 'client' })
    expect(isException(error)).toBe(true)
    expect(library.isServiceError(error)).toBe(true)
  })

  test("ends AWS's message with the remedy, which also stands alone", async () => {
    const error = (await refusalOf(name, 'It is so')) as library.ServiceError
    expect(error.remedy).toMatch(remedy)
    expect(error.message).toBe(`It is so. ${error.remedy}`)
  })
})

test('another refusal is a ServiceError and none of the exceptions', async () => {
  for (const code of [
    'AccessDenied',
    'Exception',
    'JWTPayloadSizeExceededExceptionException',
    'constructor',
  ]) {
    const error = await refusalOf(code)
    expect(Object.getPrototypeOf(error)).toBe(library.ServiceError.prototype)
    expect(error).toMatchObject({ name: 'ServiceError', code, remedy: undefined, message: 'No.' })
    for (const [, , isException] of exceptions) expect(isException(error)).toBe(false)
  }
})

test('tags that are denied name the permission that is missing', async () => {
  const message =
    'User: arn:aws:iam::123456789012:user/plain is not authorized to perform: sts:TagGetWebIdentityToken on resource: arn:aws:sts::123456789012:self because no identity-based policy allows the sts:TagGetWebIdentityToken action'
  expect(await refusalOf('AccessDenied', message)).toMatchObject({
    message: `${message}. A request with tags needs the permission sts:TagGetWebIdentityToken beside sts:GetWebIdentityToken.`,
  })
})

test('the base class is known, too', () => {
  const error = new library.WebIdentityError('some_code', 'Some message')
  expect(library.isWebIdentityError(error)).toBe(true)
  expect(String(error)).toBe('WebIdentityError: Some message')
  expect(library.isServiceError(error)).toBe(false)
})

const samples = {
  isInputError: new library.InputError('region', 'is missing'),
  isCredentialsError: new library.CredentialsError('There are none'),
  isTimeoutError: new library.TimeoutError('the response', 1, 1),
  isResponseError: new library.ResponseError('redirect', 'a redirect', { retryable: false, attempts: 1 }),
  isServiceError: new library.ServiceError({
    code: 'AccessDenied',
    message: 'No',
    statusCode: 403,
    requestId: undefined,
    fault: 'client',
    retryable: false,
    attempts: 1,
  }),
}

describe('a type guard', () => {
  for (const [guard, error] of Object.entries(samples)) {
    test(`${guard} knows its error, of this realm and of another, and no other`, () => {
      // An error of a second copy of the package: the same by brand, name and members, of a class that is not ours.
      const brand = { [Symbol.for('aws-web-identity.error')]: true }
      const foreign = Object.assign(Object.create(Error.prototype), brand, { ...error, name: error.name })
      const lookalike = Object.assign(new Error(error.message), { name: error.name, code: error.code })
      for (const [name, knows] of Object.entries(library)) {
        if (!name.startsWith('is') || typeof knows !== 'function') continue
        const expected = name === guard || name === 'isWebIdentityError'
        const answer = (value: unknown): unknown => Reflect.apply(knows, undefined, [value])
        expect([name, answer(error)]).toEqual([name, expected])
        expect([name, answer(foreign)]).toEqual([name, expected])
        expect([name, answer(lookalike)]).toEqual([name, false])
      }
    })
  }

  test('knows nothing else', () => {
    const platform = new DOMException('The operation timed out', 'TimeoutError')
    for (const value of [
      undefined,
      null,
      'InputError',
      7,
      {},
      new Error('x'),
      new TypeError('x'),
      platform,
    ]) {
      expect(library.isWebIdentityError(value)).toBe(false)
      expect(library.isTimeoutError(value)).toBe(false)
    }
  })
})

test('the first line of a stack names the class', () => {
  for (const error of Object.values(samples)) {
    expect(error.stack).toMatch(new RegExp(`^${error.name}: ${error.message}`))
    expect(String(error)).toBe(`${error.name}: ${error.message}`)
  }
})
