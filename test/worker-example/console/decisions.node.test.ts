// What the console says of a grant or a denial.

import { describe, expect, test } from 'vitest'
import { renderDecisions } from '../../../worker-example/console/view/decisions.ts'
import type { AuditLine } from '../../../worker-example/ledger/audit-line.ts'
import { emptySnapshot } from './samples.ts'
import { textOf } from './text-of.ts'

function rowOf(rest: Partial<AuditLine>): string {
  const at = Date.now()
  const line: AuditLine = { at, requestId: 'the-request', action: 'token', verdict: 'denied', ...rest }
  return textOf(renderDecisions({ ...emptySnapshot(at), decisions: [line] }, 1))
}

describe('a decision’s row says', () => {
  test.each([
    'content_too_large',
    'unsupported_media_type',
    'request_timeout',
    'unauthorized',
    'too_many_requests',
  ])('that what was asked for was not read, of %s', (code) => {
    expect(rowOf({ code })).toContain('not read')
    expect(rowOf({ action: 'access-token', code })).toContain('Access token not read')
  })

  test.each(['invalid_parameter', 'invalid_json', 'invalid_encoding'])(
    'that what was asked for was read and not understood, of %s',
    (code) => {
      expect(rowOf({ code })).toContain('not understood')
      expect(rowOf({ action: 'access-token', code })).toContain('Access token not understood')
    },
  )

  test('that a token was asked for, for no audience', () => {
    const empty = rowOf({ code: 'invalid_parameter', audience: [] })
    expect(empty).toContain('no audience')
    expect(empty).not.toMatch(/not (?:read|understood)/)
  })

  test('a secret’s first digits in one way, whoever told them', () => {
    for (const identity of ['a1b2c3d4', 'a1b2c3d4…']) {
      expect(rowOf({ caller: 'deploy', via: 'secret', identity })).toMatch(/by secret a1b2c3d4…(?!…)/)
    }
  })

  test('who signed in, and of one who did not that it was a visitor', () => {
    const known = { action: 'sign-in', via: 'access', identity: 'ada@example.com' } as const
    expect(rowOf({ ...known, verdict: 'granted' })).toContain('signed in by Access, ada@example.com')
    expect(rowOf({ ...known, verdict: 'denied' })).toContain('a visitor by Access, ada@example.com')
  })

  test('an exception of AWS once', () => {
    const name = 'OutboundWebIdentityFederationDisabledException'
    const text = rowOf({ code: 'refused', why: `${name} ${name}: It is off.` })
    expect(text).toContain(`${name}: It is off.`)
    expect(text.split(name)).toHaveLength(2)
    expect(rowOf({ why: 'ServiceError AccessDenied: No.' })).toContain('ServiceError AccessDenied: No.')
  })
})
