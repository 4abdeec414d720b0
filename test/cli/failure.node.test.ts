import { expect, test } from 'vitest'
import { Complaint, UsageError } from '../../src/cli/complaint.ts'
import { failureObject, failureOf } from '../../src/cli/failure.ts'
import {
  CredentialsError,
  InputError,
  ResponseError,
  ServiceError,
  TimeoutError,
  VerificationError,
  WebIdentityError,
} from '../../src/errors.ts'

const answer = { statusCode: 403, requestId: 'id', fault: 'client', retryable: false, attempts: 1 } as const

test.each<[string, Error, number]>([
  ['a refusal of AWS', new ServiceError({ ...answer, code: 'AccessDenied', message: 'no' }), 1],
  ['a token that does not verify', new VerificationError('expired', 'its time is over'), 1],
  ['what is loaded on demand and is not there', new WebIdentityError('module_unavailable', 'gone'), 1],
  ['a complaint', new Complaint('The port is taken.'), 1],
  ['a line that is wrong', new UsageError('--port needs a value'), 2],
  ['an input that AWS would refuse', new InputError('audience', 'is missing'), 2],
  ['no credentials', new CredentialsError('none'), 3],
  ['credentials that ran out', new ServiceError({ ...answer, code: 'ExpiredToken', message: 'old' }), 3],
  ['unknown keys', new ServiceError({ ...answer, code: 'InvalidClientTokenId', message: 'whose?' }), 3],
  ['no answer', new ResponseError('network_failure', 'none', { retryable: true, attempts: 3 }), 4],
  ['a deadline', new TimeoutError('the response', 5, 1), 4],
  ['keys that could not be had', new VerificationError('keys_unavailable', 'no keys'), 4],
])('%s has its exit code', (_, error, exitCode) => {
  const failure = failureOf(error)
  expect(failure?.exitCode).toBe(exitCode)
  expect(failure?.message).toMatch(/[.!?]$/)
})

test('a defect is none of them', () => {
  expect(failureOf(new TypeError('x is undefined'))).toBeUndefined()
})

test('a program is told what AWS told, and what to do', () => {
  const error = new ServiceError({ ...answer, code: 'AccessDenied', message: 'No', remedy: 'Ask for it.' })
  const failure = failureOf(error)
  expect(failure && failureObject(failure)).toEqual({
    error: {
      code: 'AccessDenied',
      message: 'AccessDenied: No. Ask for it.',
      exitCode: 1,
      statusCode: 403,
      requestId: 'id',
      remedy: 'Ask for it.',
    },
  })
})

test('what is wrong with an input is told with the command whose help says more', () => {
  expect(failureOf(new InputError('durationSeconds', 'must be from 60 to 3600'), 'token')?.message).toBe(
    'durationSeconds must be from 60 to 3600: see aws-web-identity token --help.',
  )
})
