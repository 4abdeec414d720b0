// How AWS STS does: one sentence, the figures behind it, and what to do about its last error.

import type { Snapshot, StsHealth } from '../../ledger/snapshot.ts'
import { type Content, type Html, html } from '../html.ts'
import { badge, counted, foreign, moment, section, type Tone } from './parts.ts'

/** The word for the head of the page. */
export function stsWord(sts: StsHealth | undefined): Html {
  const [tone, word] = stateOf(sts)
  return html`<p id="sts-word" data-live>AWS STS ${badge(tone, word)}</p>`
}

function stateOf(sts: StsHealth | undefined): [Tone, string] {
  if (sts === undefined) return ['plain', 'not known']
  if (isFailing(sts)) return ['bad', 'fails']
  return sts.successAt === undefined ? ['plain', 'not asked yet'] : ['good', 'answers']
}

function isFailing({ failure, successAt = 0 }: StsHealth): boolean {
  return failure !== undefined && failure.at > successAt
}

/** The section of AWS STS. */
export function renderSts({ sts, now }: Snapshot): Html {
  return section(
    'sts',
    'AWS STS',
    html`<p class="lead">${sentence(sts, now)}</p>
${sts.attempts > 0 && figures(sts)}
${sts.failure && lastError(sts.failure, now)}`,
  )
}

function sentence(sts: StsHealth, now: number): Content {
  const { failure, successAt } = sts
  if (failure !== undefined && isFailing(sts)) {
    return html`AWS STS fails since its last attempt, ${moment(failure.at, now)}. ${
      successAt === undefined ? 'It never answered yet.' : html`It last answered ${moment(successAt, now)}.`
    } Tokens that were minted before are still given while they live.`
  }
  if (successAt === undefined) return 'AWS STS was not asked yet. It is when the first token is.'
  return html`AWS STS answers: the last time ${moment(successAt, now)}.`
}

function figures({ latencies, attempts, failures, retries, clockOffset }: StsHealth): Html {
  const sorted = latencies.toSorted((a, b) => a - b)
  const known = (share: number) => (sorted.length === 0 ? '–' : `${Math.round(quantile(sorted, share))} ms`)
  const pairs: [string, Content][] = [
    ['Median latency', known(0.5)],
    ['95th percentile', known(0.95)],
    ['Attempts', attempts.toLocaleString('en')],
    ['Failed', failures.toLocaleString('en')],
    ['Retries', retries.toLocaleString('en')],
    ['Worker’s clock', clock(clockOffset)],
  ]
  return html`<dl class="figures">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${latencies.length > 1 && chart(latencies)}`
}

/** @param sorted at least one, the least first */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

// AWS's `Date` has whole seconds.
function clock(offset = 0): string {
  if (Math.abs(offset) < 1000) return 'agrees'
  return `${Math.abs(offset / 1000).toFixed(1)} s ${offset > 0 ? 'behind' : 'ahead'}`
}

const HEIGHT = 40

function chart(latencies: readonly number[]): Html {
  const most = Math.max(...latencies, 1)
  const bars = latencies.map((latency, index) => {
    const height = Math.max(1, (latency / most) * HEIGHT)
    return html`<rect x="${index * 4}" y="${(HEIGHT - height).toFixed(1)}" width="3" height="${height.toFixed(1)}"/>`
  })
  return html`<figure><svg class="chart" viewBox="0 0 400 ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<figcaption class="muted">Latency of the last ${counted(latencies.length, 'attempt')}, the newest on the right; the longest took ${Math.round(most)} ms.</figcaption></figure>`
}

function lastError({ at, code, message, remedy, requestId }: NonNullable<StsHealth['failure']>, now: number) {
  return html`<h3>Last error</h3>
<p>${badge('bad', 'error')} <strong>${foreign(code)}</strong>, ${moment(at, now)}</p>
${message !== undefined && html`<p>${foreign(message)}</p>`}
${remedy !== undefined && !message?.includes(remedy) && html`<p><strong>What to do:</strong> ${foreign(remedy)}</p>`}
${requestId !== undefined && html`<p class="muted">AWS request ${foreign(requestId)}</p>`}`
}
