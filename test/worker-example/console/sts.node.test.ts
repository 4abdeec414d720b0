// What the console says of AWS STS, and of tokens that it does not renew.

import { describe, expect, test } from 'vitest'
import { renderSts, stsWord } from '../../../worker-example/console/view/sts.ts'
import { renderTokens } from '../../../worker-example/console/view/tokens.ts'
import type { Snapshot, StsHealth } from '../../../worker-example/ledger/snapshot.ts'
import { emptySnapshot, tokenOf } from './samples.ts'
import { textOf } from './text-of.ts'

const NOW = Date.parse('2026-11-29T12:00:00Z')

function snapshotOf(sts: Partial<StsHealth>, tokens: Snapshot['tokens'] = []): Snapshot {
  const empty = emptySnapshot(NOW)
  return { ...empty, tokens, sts: { ...empty.sts, ...sts } }
}

function failedAgo(milliseconds: number, rest = {}) {
  return { failure: { at: NOW - milliseconds, code: 'network_failure', ...rest } }
}

describe('that AWS STS fails', () => {
  test('is said for a minute, and then that it failed and nobody asked it since', () => {
    const before = { successAt: NOW - 600_000 }
    const now = snapshotOf({ ...before, ...failedAgo(60_000) })
    expect(textOf(stsWord(now))).toBe('AWS STS fails')
    expect(stsWord(now).text).toContain('badge bad')
    expect(textOf(renderSts(now))).toContain(
      'AWS STS fails since its last attempt, 1 min ago. It last answered 10 min ago.',
    )
    const later = snapshotOf({ ...before, ...failedAgo(61_000) })
    expect(textOf(stsWord(later))).toBe('AWS STS failed, not asked since')
    expect(stsWord(later).text).toContain('badge odd')
    expect(textOf(renderSts(later))).toContain(
      'AWS STS failed when it was asked last, 1 min ago, and was not asked since. It last answered 10 min ago. The next one who needs a new token asks it.',
    )
  })

  test('is over when it answered', () => {
    const snapshot = snapshotOf({ ...failedAgo(2000), successAt: NOW - 1000 })
    expect(textOf(stsWord(snapshot))).toBe('AWS STS answers')
  })

  test('comes with what is still given, where there is such a token', () => {
    const given = tokenOf('https://a.example', NOW, { expiresAt: NOW + 61_000 })
    const withheld = tokenOf('https://a.example', NOW, { mintedAt: NOW - 240_000, expiresAt: NOW + 60_000 })
    const words =
      'is still given until a minute of it is left; of one that lives for less than five minutes, a fifth.'
    expect(textOf(renderSts(snapshotOf(failedAgo(1000), [withheld, given])))).toContain(words)
    expect(textOf(renderSts(snapshotOf(failedAgo(1000), [withheld])))).not.toContain('still given')
    expect(textOf(renderSts(snapshotOf(failedAgo(1000))))).not.toContain('still given')
  })
})

test.each([
  ['renewal fails', 'with more than a minute left', 300, 61],
  ['no longer given', 'with a minute left', 300, 60],
  ['renewal fails', 'of a minute, with more than a fifth left', 60, 13],
  ['no longer given', 'of a minute, with a fifth left', 60, 12],
  ['ended, renewal fails', 'that ended', 300, 0],
])('“%s” stands at a token whose renewal fails, %s', (state, _, lifetime, left) => {
  const expiresAt = NOW + left * 1000
  const token = tokenOf('https://a.example', NOW, {
    mintedAt: expiresAt - lifetime * 1000,
    expiresAt,
    ...failedAgo(1000),
  })
  expect(renderTokens(snapshotOf({}, [token])).text).toContain(`<span class="badge bad">${state}</span>`)
})

describe('what to do', () => {
  test('is read to its end, however long AWS’s words before it are', () => {
    const remedy = 'Enable it: npx aws-web-identity enable'
    const message = `${'A reason. '.repeat(100)}${remedy}`
    const section = renderSts(snapshotOf(failedAgo(1000, { code: 'AccessDenied', message, remedy })))
    expect(textOf(section)).toContain(message)
    expect(section.text).not.toContain('<details')
    expect(textOf(section)).not.toContain('What to do:')
  })

  test.each([
    ['network_failure', undefined],
    ['timeout', 'Gave up after 5000 ms, waiting for the response'],
    ['Throttling', 'Rate exceeded'],
    ['TooManyRequestsException', 'Rate exceeded'],
    ['InternalFailure', 'Internal'],
    ['ServiceUnavailable', 'Unavailable'],
    ['unexpected_content', 'GetWebIdentityToken was answered with HTTP 503, text/html: "<html>"'],
  ])('of %s is to wait, and to look how AWS is', (code, message) => {
    const text = textOf(renderSts(snapshotOf(failedAgo(1000, { code, ...(message && { message }) }))))
    expect(text).toContain('What to do: Such an error passes by itself')
  })

  test.each([
    ['AccessDenied', 'User: x is not authorized to perform: sts:GetWebIdentityToken'],
    ['unexpected_content', 'GetWebIdentityToken was answered with HTTP 200, text/html: "<html>"'],
  ])('of %s, which does not pass by itself, is not to wait', (code, message) => {
    expect(textOf(renderSts(snapshotOf(failedAgo(1000, { code, message }))))).not.toContain('What to do:')
  })
})

test('the newest attempt stands on the right, though there are few', () => {
  const recent = [60, 80].map((duration) => ({ duration, hasFailed: false }))
  const { text } = renderSts(snapshotOf({ attempts: 2, recent }))
  expect([...text.matchAll(/<rect x="(\d+)"/g)].map(([, x]) => x)).toEqual(['392', '396'])
})

test('attempts that failed stand apart, are counted, and are no latency', () => {
  const recent = [
    { duration: 60, hasFailed: false },
    { duration: 10_000, hasFailed: true },
  ]
  const { text } = renderSts(snapshotOf({ attempts: 2, failures: 1, recent }))
  expect(text.match(/class="(?:column|failed)" x="\d+"/g)).toEqual([
    'class="column" x="396"',
    'class="failed" x="396"',
  ])
  expect(textOf({ text })).toContain('the longest took 10000 ms. 1 attempt failed')
  expect(textOf({ text: text.replaceAll('<', ' <') })).toContain('95th percentile 60 ms')
})
