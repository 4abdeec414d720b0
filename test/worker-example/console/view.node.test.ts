// The page as a person reads it, without a browser.

import { describe, expect, test } from 'vitest'
import { html } from '../../../worker-example/console/html.ts'
import { relativeTime } from '../../../worker-example/console/relative-time.ts'
import { renderDecisions } from '../../../worker-example/console/view/decisions.ts'
import { renderPolicy } from '../../../worker-example/console/view/policy.ts'
import { renderSts, stsWord } from '../../../worker-example/console/view/sts.ts'
import { renderTokens } from '../../../worker-example/console/view/tokens.ts'
import { visiblePieces } from '../../../worker-example/console/visible.ts'
import type { StsHealth } from '../../../worker-example/ledger/snapshot.ts'
import { checkPolicy } from '../../../worker-example/policy/check-policy.ts'
import { fullPolicy } from './sample-policy.ts'
import { fullSnapshot } from './samples.ts'
import { textOf } from './text-of.ts'

const now = Date.now()

/** The parts of the page that change, and its policy. */
function markupOf(sts: Partial<StsHealth> = {}): string {
  const { sts: health, ...snapshot } = fullSnapshot(now)
  const shown = { ...snapshot, sts: { ...health, ...sts } }
  const policy = renderPolicy(checkPolicy(fullPolicy()), now)
  const parts = [stsWord(shown), renderTokens(shown), renderDecisions(shown, 100), renderSts(shown), policy]
  return parts.map(({ text }) => text).join('')
}

const wordsOf = (text: string) => textOf({ text: text.replaceAll('<', ' <') })

describe('of AWS STS', () => {
  test('the latencies stand as the median and the 95th percentile', () => {
    const recent = Array.from({ length: 100 }, (_, index) => ({ duration: 100 - index, hasFailed: false }))
    expect(wordsOf(markupOf({ recent }))).toContain('Median latency 50 ms 95th percentile 95 ms')
  })

  test.each([
    [20 * 60_000, '20 min behind'],
    [-20 * 60_000, '20 min ahead'],
    [undefined, 'within a minute'],
  ])('a clock that is %s ms ahead of the Worker’s makes that %s', (clockOffset, words) => {
    const { clockOffset: _, ...sts } = fullSnapshot(now).sts
    const health = clockOffset === undefined ? sts : { ...sts, clockOffset }
    const { text } = renderSts({ ...fullSnapshot(now), sts: health })
    expect(wordsOf(text)).toContain(`Worker’s clock ${words}`)
  })
})

test('each verdict has its colour, and each token its state', () => {
  const markup = markupOf()
  expect(wordsOf(markup)).toContain('3 tokens live; 1 ended within the last hour.')
  const badges = [...markup.matchAll(/class="badge (\w+)">([^<]+)</g)].map(
    ([, tone, word]) => `${word}: ${tone}`,
  )
  expect(new Set(badges)).toEqual(
    new Set([
      ...['fails: bad', 'good: good', 'renewal fails: bad', 'ended: plain', 'error: bad'],
      ...['granted: good', 'denied: bad', 'failed: odd'],
      ...['expired: bad', 'soon: odd', 'a secret has expired: bad', 'a secret expires soon: odd'],
    ]),
  )
})

test.each([
  [0, 'now'],
  [999, 'now'],
  [1000, 'in 1 s'],
  [59_999, 'in 59 s'],
  [60_000, 'in 1 min'],
  [-60_000, '1 min ago'],
  [3_599_999, 'in 59 min'],
  [-3_600_000, '1 h ago'],
  [47 * 3_600_000, 'in 47 h'],
  [-48 * 3_600_000, '2 d ago'],
])('a time that is %s ms away is said as %s', (away, words) => {
  expect(relativeTime(now + away, now)).toBe(words)
})

test('whatever is put into markup is text in it', () => {
  expect(html`<p title="${`&<>"'`}">${`&<>"'`}</p>`.text).toBe(
    '<p title="&#38;&#60;&#62;&#34;&#39;">&#38;&#60;&#62;&#34;&#39;</p>',
  )
})

test.each([
  ['a b', []],
  ['\u202Egnp.exe', ['U+202E']],
  ['zero\u200Bwidth', ['U+200B']],
  ['nul\u0000', ['U+0000']],
  ['no\u00A0break', ['U+00A0']],
  ['line\u2028separator', ['U+2028']],
  ['blank\u2800braille', ['U+2800']],
  ['hangul\u3164filler', ['U+3164']],
  ['half\uD800', ['U+D800']],
  ['tag\u{E0041}', ['U+E0041']],
  ['e\u0301', []],
  [`e${'\u0301'.repeat(5)}`, ['U+0301', 'U+0301']],
])('of %j what could not be seen is', (text, hidden) => {
  const pieces = visiblePieces(text)
  expect(pieces.filter(({ isHidden }) => isHidden).map((piece) => piece.text)).toEqual(hidden)
  const shown = pieces.filter(({ isHidden }) => !isHidden).map((piece) => piece.text)
  expect(text.startsWith(shown[0] ?? '') || text.includes(shown[0] ?? '')).toBe(true)
})
