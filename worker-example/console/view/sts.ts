// How AWS STS does: one sentence, the figures behind it, and what to do about its last error.

import type { Failure, RecentAttempt, Snapshot, StsHealth } from '../../ledger/snapshot.ts'
import { type Content, type Html, html } from '../html.ts'
import { isStillGiven } from './given.ts'
import { badge, counted, moment, section, type Tone, whole } from './parts.ts'

/** The word for the head of the page. */
export function stsWord(snapshot: Snapshot | undefined): Html {
  const [tone, word] = stateOf(snapshot)
  return html`<p id="sts-word" data-live>AWS STS ${badge(tone, word)}</p>`
}

function stateOf(snapshot: Snapshot | undefined): [Tone, string] {
  if (snapshot === undefined) return ['plain', 'not known']
  const { sts, now } = snapshot
  const failure = lastFailure(sts)
  if (failure !== undefined)
    return isOld(failure, now) ? ['odd', 'failed, not asked since'] : ['bad', 'fails']
  return sts.successAt === undefined ? ['plain', 'not asked yet'] : ['good', 'answers']
}

/** Where nothing succeeded since. */
function lastFailure({ failure, successAt = 0 }: StsHealth): Failure | undefined {
  return failure !== undefined && failure.at > successAt ? failure : undefined
}

/** After so long, in milliseconds, a failure tells how it was, and no longer how it is: the fault may be over, and nobody asked. */
const NEWS = 60_000

function isOld({ at }: Failure, now: number): boolean {
  return now - at > NEWS
}

/** The section of AWS STS. */
export function renderSts(snapshot: Snapshot): Html {
  const { sts, now } = snapshot
  return section(
    'sts',
    'AWS STS',
    html`<p class="lead">${sentence(snapshot)}</p>
${sts.attempts > 0 && figures(sts)}
${sts.failure && lastError(sts.failure, now)}`,
  )
}

function sentence({ sts, tokens, now }: Snapshot): Content {
  const { successAt } = sts
  const failure = lastFailure(sts)
  if (failure !== undefined) {
    const answered =
      successAt === undefined ? 'It never answered yet.' : html`It last answered ${moment(successAt, now)}.`
    if (isOld(failure, now)) {
      return html`AWS STS failed when it was asked last, ${moment(failure.at, now)}, and was not asked since. ${answered} The next one who needs a new token asks it.`
    }
    const isAnyGiven = tokens.some((token) => isStillGiven(token, now))
    return html`AWS STS fails since its last attempt, ${moment(failure.at, now)}. ${answered} ${isAnyGiven && stillGiven}`
  }
  if (successAt === undefined) return 'AWS STS was not asked yet. It is when the first token is.'
  return html`AWS STS answers: the last time ${moment(successAt, now)}.`
}

const stillGiven =
  'A token that is there is still given until a minute of it is left; of one that lives for less than five minutes, a fifth.'

function figures({ recent, attempts, failures, retries, clockOffset }: StsHealth): Html {
  // What could not be reached fails at once, or after a deadline: that is no latency.
  const answered = recent.filter(({ hasFailed }) => !hasFailed)
  const sorted = answered.map(({ duration }) => duration).sort((a, b) => a - b)
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
${recent.length > 1 && chart(recent)}`
}

/** @param sorted at least one, the least first */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

// What is less is not told.
function clock(offset: number | undefined): string {
  if (offset === undefined) return 'within a minute'
  return `${Math.round(Math.abs(offset / 60_000))} min ${offset > 0 ? 'behind' : 'ahead'}`
}

// Of a hundred bars.
const WIDTH = 400
const HEIGHT = 40

function chart(recent: readonly RecentAttempt[]): Html {
  const most = Math.max(...recent.map(({ duration }) => duration), 1)
  const bars = recent.map(({ duration, hasFailed }, index) => {
    const height = Math.max(1, (duration / most) * HEIGHT)
    const x = WIDTH - (recent.length - index) * 4
    // As those who see no colours see them, too.
    const column = hasFailed && html`<rect class="column" x="${x}" y="0" width="3" height="${HEIGHT}"/>`
    return html`${column}<rect${hasFailed && html` class="failed"`} x="${x}" y="${(HEIGHT - height).toFixed(1)}" width="3" height="${height.toFixed(1)}"/>`
  })
  const failed = recent.filter(({ hasFailed }) => hasFailed).length
  return html`<figure><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<figcaption class="muted">The last ${counted(recent.length, 'attempt')}, the newest on the right; the longest took ${Math.round(most)} ms. ${failed > 0 && html`${counted(failed, 'attempt')} failed: red, before a pale column.`}</figcaption></figure>`
}

function lastError(failure: Failure, now: number): Html {
  const { at, code, message, requestId } = failure
  // Whole: the end of it is what to do. The package cuts what is much longer.
  return html`<h3>Last error</h3>
<p>${badge('bad', 'error')} <strong>${whole(code)}</strong>, ${moment(at, now)}</p>
${message !== undefined && html`<p>${whole(message)}</p>`}
${whatToDo(failure)}
${requestId !== undefined && html`<p class="muted">AWS request ${whole(requestId)}</p>`}`
}

function whatToDo({ code, message = '', remedy }: Failure): Content {
  if (remedy !== undefined) {
    return !message.includes(remedy) && html`<p><strong>What to do:</strong> ${whole(remedy)}</p>`
  }
  const isOutage = OUTAGE.test(code) || /^\S+ was answered with HTTP (?:429|5\d\d)/.test(message)
  return isOutage && wait
}

/** Codes of the package and of AWS for what passes by itself. */
const OUTAGE =
  /^(?:network_failure|timeout|incomplete_body|Internal(?:Failure|Error)|ServiceUnavailable|RequestTimeout|.*Thrott.*|.*LimitExceeded|SlowDown|TooManyRequests)(?:Exception)?$/

const wait = html`<p><strong>What to do:</strong> Such an error passes by itself, and it is tried again when a token is needed. If it lasts, see <a href="https://health.aws.amazon.com/health/status" rel="noreferrer">how AWS is</a>.</p>`
