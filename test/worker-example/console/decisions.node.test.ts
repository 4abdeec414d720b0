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
  test('that nobody read what was asked for, or that it was for no audience', () => {
    expect(rowOf({ code: 'content_too_large' })).toContain('not read')
    expect(rowOf({ action: 'access-token', code: 'invalid_json' })).toContain('Access token not read')
    const empty = rowOf({ code: 'invalid_parameter', audience: [] })
    expect(empty).toContain('no audience')
    expect(empty).not.toContain('not read')
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
