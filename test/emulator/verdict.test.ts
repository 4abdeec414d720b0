import { expect, test } from 'vitest'
import type { EmulatorRequest } from '../../src/emulator/request-log.ts'
import { policyName, verdictOf } from '../../src/emulator/verdict.ts'

const action = 'sts:GetWebIdentityToken'
const at = { action, resource: '*' }
const allowed = {
  ...at,
  allowed: true,
  policy: 'arn:aws:iam::aws:policy/AdministratorAccess',
  statement: '0',
}
const refused = { statusCode: 403, errorCode: 'AccessDenied', errorMessage: 'No' }

test.each<[string, Partial<EmulatorRequest>, string, string]>([
  ['nothing that needs a policy', {}, 'allowed', ''],
  ['an allow', { decisions: [allowed] }, 'allowed', 'by AdministratorAccess, 0'],
  ['the same allow twice', { decisions: [allowed, allowed] }, 'allowed', 'by AdministratorAccess, 0'],
  [
    'two allows',
    { decisions: [allowed, { ...allowed, policy: 'inline' }] },
    'allowed',
    'by AdministratorAccess, 0 and inline, 0',
  ],
  [
    'a deny behind an allow',
    { ...refused, decisions: [allowed, { ...at, allowed: false, policy: 'inline', statement: 'No' }] },
    'denied',
    'by inline, No',
  ],
  [
    'no allow',
    { ...refused, decisions: [{ ...at, allowed: false, deniedBy: 'identity-based' }] },
    'denied',
    `no identity-based policy allows ${action}`,
  ],
  [
    'a boundary',
    { ...refused, decisions: [{ ...at, allowed: false, deniedBy: 'boundary' }] },
    'denied',
    `the permissions boundary does not allow ${action}`,
  ],
  ['a denial of no policy', refused, 'denied', 'AccessDenied: No'],
  [
    'another error after a denial that did not end it',
    {
      statusCode: 400,
      errorCode: 'ValidationError',
      errorMessage: 'Bad',
      decisions: [{ ...at, allowed: false, policy: 'inline', statement: 'No' }],
    },
    'refused',
    'ValidationError: Bad',
  ],
  [
    'a failure',
    { statusCode: 500, errorCode: 'InternalFailure', errorMessage: 'Oh' },
    'failed',
    'InternalFailure: Oh',
  ],
  [
    'a fault, whatever else',
    { ...refused, fault: { delayMs: 5, dateOffsetMs: 60_000 } },
    'fault',
    'on order: 5 ms late, AccessDenied, a clock off by 60000 ms',
  ],
  [
    "a proxy's page that breaks off",
    { statusCode: 502, fault: { body: '<html>', close: 'body' } },
    'fault',
    "on order: an answer that is not AWS's, cut in the body",
  ],
  ['no answer', { statusCode: 0, fault: { close: 'before' } }, 'fault', 'on order: no answer'],
])('%s', (_, known, outcome, why) => {
  expect(verdictOf({ ...request, ...known })).toEqual({ outcome, why })
})

test.each([
  ['arn:aws:iam::aws:policy/job-function/Billing', 'Billing'],
  ['arn:aws-us-gov:iam::123456789012:policy/Own', 'Own'],
  ['inline', 'inline'],
  ['arn:aws:iam::123456789012:role/policy/Own', 'arn:aws:iam::123456789012:role/policy/Own'],
])('the policy %s is called %s', (policy, name) => {
  expect(policyName(policy)).toBe(name)
})

const request: EmulatorRequest = {
  time: '2026-11-25T00:00:00.000Z',
  service: 'sts',
  operation: 'GetWebIdentityToken',
  statusCode: 200,
  requestId: 'id',
  durationMs: 1,
}
