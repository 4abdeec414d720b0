import { describe, expect, test } from 'vitest'
import { denialMessage } from '../../../src/emulator/policy/denial.ts'
import type { PolicyKind } from '../../../src/emulator/policy/document.ts'
import observed from '../../vectors/aws-observed.json' with { type: 'json' }
import { allow, decide, deny, request } from './requests.ts'

const asked = { action: 'sts:GetWebIdentityToken', resource: 'arn:aws:sts::123456789012:self' }
const caller = 'arn:aws:iam::123456789012:user/ada'
const by = { policy: 'p', sid: 's' }
const refused = `User: ${caller} is not authorized to perform: sts:GetWebIdentityToken on resource: arn:aws:sts::123456789012:self`

describe('a refusal has the words', () => {
  test.each(['no grant', 'explicit deny', 'tags need their own permission'])(
    'that AWS was seen to use: %s',
    (name) => {
      const seen = observed.authorization.find((each) => each.name === name)
      const allows = seen?.allows ?? []
      const tagging = { action: 'sts:TagGetWebIdentityToken', resource: asked.resource }
      const what = allows.length > 0 ? tagging : asked
      const decision = decide(
        request({}, what),
        name === 'explicit deny' ? deny() : allow({ Action: allows.length > 0 ? allows : 's3:*' }),
      )
      expect(decision.allowed ? 'allowed' : denialMessage(seen?.caller ?? '', what, decision)).toBe(
        seen?.expect.message,
      )
    },
  )

  test.each<[PolicyKind, string]>([
    ['identity', ' because no identity-based policy allows the sts:GetWebIdentityToken action'],
    ['boundary', ' because no permissions boundary allows the sts:GetWebIdentityToken action'],
    ['session', ' because no session policy allows the sts:GetWebIdentityToken action'],
    ['service control', ' because no service control policy allows the sts:GetWebIdentityToken action'],
    ['trust', ''],
  ])('of a layer that lacks an allow: %s', (kind, reason) => {
    expect(denialMessage(caller, asked, { allowed: false, explicit: false, kind })).toBe(
      `${refused}${reason}`,
    )
  })

  test.each<[PolicyKind, string]>([
    ['identity', 'an identity-based policy'],
    ['boundary', 'a permissions boundary'],
    ['session', 'a session policy'],
    ['service control', 'a service control policy'],
    ['trust', 'the role trust policy'],
  ])('of an explicit deny: %s', (kind, where) => {
    expect(denialMessage(caller, asked, { allowed: false, explicit: true, kind, by })).toBe(
      `${refused} with an explicit deny in ${where}`,
    )
  })

  test('of an unsigned request, which has no caller to name', () => {
    const action = 'sts:AssumeRoleWithWebIdentity'
    expect(
      denialMessage(undefined, { ...asked, action }, { allowed: false, explicit: false, kind: 'trust' }),
    ).toBe('Not authorized to perform sts:AssumeRoleWithWebIdentity')
  })
})
