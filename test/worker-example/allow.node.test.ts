import { describe, expect, test } from 'vitest'
import type { Identified } from '../../worker-example/callers/identified.ts'
import { checkPolicy } from '../../worker-example/policy/check-policy.ts'
import { allowToken } from '../../worker-example/tokens/allow.ts'
import { readAskedToken } from '../../worker-example/tokens/asked.ts'

const AUDIENCE = 'https://api.example.com'

/** What a caller is allowed to whom the policy gives these members. */
function allowed(members: object, asked: object = {}, facts: Identified['facts'] = {}) {
  const { callers } = checkPolicy({
    webIdentity: { audience: 'https://tokens.example.com', account: ['123456789012'] },
    callers: [{ name: 'ci', serviceBinding: 'ci', audiences: [AUDIENCE], ...members }],
  })
  const [caller] = callers
  if (caller === undefined) throw new Error('there is one of them')
  const identified = { caller, via: 'service-binding', facts } as const
  return allowToken(identified, readAskedToken({ audience: AUDIENCE, ...asked }))
}

describe('a caller that does not say', () => {
  test('which algorithm has the first one of the policy', () => {
    expect(allowed({ algorithms: ['RS256', 'ES384'] })).toMatchObject({ signingAlgorithm: 'RS256' })
  })

  test('for how long has five minutes, or what the policy allows where that is less', () => {
    expect(allowed({ maxDurationSeconds: 3600 })).toMatchObject({ durationSeconds: 300 })
    expect(allowed({ maxDurationSeconds: 60 })).toMatchObject({ durationSeconds: 60 })
  })
})

test('the longest lifetime may be asked for, and not a second more', () => {
  const policy = { maxDurationSeconds: 900 }
  expect(allowed(policy, { durationSeconds: 900 })).toMatchObject({ durationSeconds: 900 })
  expect(() => allowed(policy, { durationSeconds: 901 })).toThrow(
    expect.objectContaining({ status: 403, code: 'duration_not_allowed' }),
  )
})

test('an algorithm that the policy does not name is denied', () => {
  expect(() => allowed({ algorithms: ['ES384'] }, { signingAlgorithm: 'RS256' })).toThrow(
    expect.objectContaining({ status: 403, code: 'algorithm_not_allowed' }),
  )
})

test('what is known of a caller becomes a tag as far as AWS takes it', () => {
  const longest = `arn:aws:iam::123456789012:role/${'x'.repeat(225)}`
  const policy = { subjects: [longest, `${longest}x`], tags: { fromCaller: { job: 'subject' } } }
  expect(allowed(policy, {}, { subject: longest })).toMatchObject({ tags: [{ key: 'job', value: longest }] })
  expect(() => allowed(policy, {}, { subject: `${longest}x` })).toThrow(
    expect.objectContaining({
      code: 'tag_not_derivable',
      message:
        'The tag job says your subject, which no tag can hold: up to 256 letters, digits, spaces and _.:/=+-@.',
    }),
  )
})
