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
      'No token can be had of AWS STS: the last try was 1 min ago, and it answered last 10 min ago.',
    )
    const never = snapshotOf(failedAgo(5000))
    expect(textOf(renderSts(never))).toContain(
      'No token can be had of AWS STS: the last try was 5 s ago, and it never answered yet.',
    )
    const later = snapshotOf({ ...before, ...failedAgo(61_000) })
    expect(textOf(stsWord(later))).toBe('AWS STS failed, not asked since')
    expect(stsWord(later).text).toContain('badge odd')
    expect(textOf(renderSts(later))).toContain(
      'No token could be had of AWS STS at the last try, 1 min ago, and none was tried since. It last answered 10 min ago. The next one who needs a new token does.',
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

describe('that AWS STS answers', () => {
  test('is said for a minute, and then when it did', () => {
    const now = snapshotOf({ successAt: NOW - 60_000 })
    expect(stsWord(now).text).toContain('<span class="badge good">answers</span>')
    expect(textOf(renderSts(now))).toContain('AWS STS answers: the last time 1 min ago.')
    const later = snapshotOf({ successAt: NOW - 12 * 60_000 })
    expect(textOf(stsWord(later))).toBe('AWS STS answered 12 min ago')
    expect(stsWord(later).text).toContain('badge plain')
    expect(textOf(renderSts(later))).toContain(
      'AWS STS answered when it was asked last, 12 min ago, and was not asked since.',
    )
  })
})

describe('a token that nobody is given any more', () => {
  const lead = (...left: number[]) => {
    const tokens = left.map((seconds) =>
      tokenOf('https://a.example', NOW, { mintedAt: NOW - 240_000, expiresAt: NOW + seconds * 1000 }),
    )
    return textOf(renderTokens(snapshotOf({}, tokens)))
  }

  test('says so, though nothing is wrong with it', () => {
    const token = tokenOf('https://a.example', NOW, { mintedAt: NOW - 240_000, expiresAt: NOW + 60_000 })
    expect(renderTokens(snapshotOf({}, [token])).text).toContain(
      '<span class="badge plain">too old to be given</span>',
    )
  })

  test('is not counted as one that can be had', () => {
    expect(lead(61, 61)).toContain('2 tokens live.')
    expect(lead(61, 60, 59)).toContain('3 tokens live; 2 of them are too old to be given.')
    expect(lead(61, 60, 0)).toContain(
      '2 tokens live; 1 of them is too old to be given; 1 ended within the last hour.',
    )
    expect(lead(60, 59)).toContain('2 tokens live; none of them is given any more.')
    expect(lead(60)).toContain('1 token lives; it is not given any more.')
  })
})

test('of a token it is told for whom it is and how often it was given', () => {
  const token = tokenOf('https://a.example', NOW, { asked: 24, askedAt: NOW - 5000 })
  const { text } = renderTokens(snapshotOf({}, [token]))
  expect(text).toMatch(/<thead.*>Audience<\/th>.*>Given<\/th>/)
  expect(textOf({ text: text.replaceAll('<', ' <') })).toContain('24 times last 5 s ago')
})

describe('an error after which AWS STS answered', () => {
  const since = { successAt: NOW - 1000 }

  test('is none that calls for anything now', () => {
    const remedy = 'Switch it on: npx aws-web-identity enable'
    const failure = { code: 'OutboundWebIdentityFederationDisabled', message: `It is off. ${remedy}`, remedy }
    const { text } = renderSts(snapshotOf({ ...failedAgo(60_000, failure), ...since }))
    expect(textOf({ text })).toContain('Last error; AWS STS has answered since')
    expect(text).not.toContain('badge bad')
    expect(text.indexOf('<details>')).toBeLessThan(text.indexOf(remedy))
    expect(text).not.toContain('What to do:')
  })

  test('still has what to do, should it come again', () => {
    const failure = { code: 'ExpiredToken', message: 'The token has expired.', remedy: 'Get fresh ones.' }
    const { text } = renderSts(snapshotOf({ ...failedAgo(60_000, failure), ...since }))
    expect(textOf({ text })).toMatch(/The token has expired\. ?If it comes again: Get fresh ones\./)
  })

  test('offers no details where there are none', () => {
    const of = (code: string) => renderSts(snapshotOf({ ...failedAgo(60_000, { code }), ...since })).text
    expect(of('unknown')).not.toContain('<details')
    expect(of('network_failure')).toContain('<details')
  })

  test.each(['SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'RequestExpired', 'InvalidSignatureException'])(
    'and which was of the clock, as %s, orders nobody to look at his keys',
    (code) => {
      const remedy = 'Check that secretAccessKey is whole and belongs to accessKeyId.'
      const failure = { code, message: `The time is wrong. ${remedy}`, remedy }
      const text = textOf(renderSts(snapshotOf({ ...failedAgo(60_000, failure), ...since })))
      expect(text).toContain('The time is wrong.')
      expect(text).not.toContain('secretAccessKey')
      expect(textOf(renderSts(snapshotOf(failedAgo(1000, failure))))).toContain(remedy)
    },
  )
})

test.each([
  [20 * 60_000, '20 min behind AWS’s'],
  [-20 * 60_000, '20 min ahead of AWS’s'],
])('a clock that is off by %s ms stands out, and needs nothing to be done', (clockOffset, words) => {
  const { text } = renderSts(snapshotOf({ attempts: 1, successAt: NOW, clockOffset }))
  expect(text).toContain('<span class="odd">20 min')
  expect(textOf({ text })).toContain(
    `The Worker’s clock is ${words}. Requests are signed by AWS’s clock, so nothing needs to be done for them; times in the Worker’s own log are off by as much.`,
  )
})

test('a clock that is right has no word said of it', () => {
  const { text } = renderSts(snapshotOf({ attempts: 1, successAt: NOW }))
  expect(textOf({ text })).not.toContain('signed by AWS’s clock')
  expect(text).not.toContain('class="odd"')
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
    ['InternalFailure', 'Internal'],
    ['ServiceUnavailable', 'Unavailable'],
    ['unexpected_content', 'GetWebIdentityToken was answered with HTTP 503, text/html: "<html>"'],
  ])('of %s is to wait, and to look how AWS is', (code, message) => {
    const text = textOf(renderSts(snapshotOf(failedAgo(1000, { code, ...(message && { message }) }))))
    expect(text).toContain(
      'What to do: Such an error passes, and it is tried again by itself, whenever a token is to be renewed or is asked for.',
    )
  })

  test.each([
    ['Throttling', 'Rate exceeded'],
    ['ThrottledException', 'Rate exceeded'],
    ['TooManyRequestsException', 'Rate exceeded'],
    ['RequestLimitExceeded', 'Rate exceeded'],
    ['SlowDown', 'Rate exceeded'],
    ['unexpected_content', 'GetWebIdentityToken was answered with HTTP 429, text/html: "<html>"'],
  ])('of %s is to ask AWS less, and not to wait', (code, message) => {
    const text = textOf(renderSts(snapshotOf(failedAgo(1000, { code, message }))))
    expect(text).toContain('What to do: AWS takes fewer calls than come: ask for fewer different tokens')
    expect(text).not.toContain('passes')
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

test('how many attempts failed is said of the last hundred, and of all', () => {
  const recent = Array.from({ length: 100 }, (_, index) => ({ duration: 60, hasFailed: index < 2 }))
  const { text } = renderSts(snapshotOf({ attempts: 1412, failures: 30, retries: 7, recent }))
  expect(textOf({ text: text.replaceAll('<', ' <') })).toContain(
    'Failed lately 2 of 100 Failed in all 30 of 1,412 Retries in all 7',
  )
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
