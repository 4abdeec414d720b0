// How AWS STS does: one sentence, the figures behind it, and what to do about its last error.

import type { Failure, RecentAttempt, Snapshot, StsHealth } from '../../ledger/snapshot.ts'
import { type Content, type Html, html } from '../html.ts'
import { isStillGiven } from './given.ts'
import { badge, counted, moment, section, type Tone, whole } from './parts.ts'

/**
 * The word for the head of the page. The page's script has `data-news` spoken when it changes: words that stay true for as long
 * as they stand.
 */
export function stsWord(snapshot: Snapshot | undefined): Html {
  const { tone, word, news = word } = stateOf(snapshot)
  return html`<p id="sts-word" data-live data-news="AWS STS ${news}">AWS STS ${badge(tone, word)}</p>`
}

function stateOf(snapshot: Snapshot | undefined): { tone: Tone; word: Content; news?: string } {
  if (snapshot === undefined) return { tone: 'plain', word: 'not known' }
  const { sts, now } = snapshot
  const { successAt } = sts
  const failure = lastFailure(sts)
  if (failure !== undefined) {
    if (isOld(failure.at, now)) return { tone: 'odd', word: 'failed, not asked since' }
    return { tone: 'bad', word: 'fails' }
  }
  if (successAt === undefined) return { tone: 'plain', word: 'not asked yet' }
  // That nobody needed a new token for a while is no news.
  const news = 'answered'
  if (!isOld(successAt, now)) return { tone: 'good', word: 'answers', news }
  return { tone: 'plain', word: html`answered ${moment(successAt, now)}`, news }
}

/** Where nothing succeeded since. */
function lastFailure({ failure, successAt = 0 }: StsHealth): Failure | undefined {
  return failure !== undefined && failure.at > successAt ? failure : undefined
}

/** After so long, in milliseconds, an attempt tells how it was, and no longer how it is: that may have changed, and nobody asked. */
const NEWS = 60_000

function isOld(at: number, now: number): boolean {
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
${sts.failure && (lastFailure(sts) === undefined ? formerError(sts.failure, now) : lastError(sts.failure, now))}`,
  )
}

function sentence({ sts, tokens, now }: Snapshot): Content {
  const { successAt } = sts
  const failure = lastFailure(sts)
  if (failure !== undefined) {
    const asked = moment(failure.at, now)
    if (isOld(failure.at, now)) {
      const answered =
        successAt === undefined ? 'It never answered yet.' : html`It last answered ${moment(successAt, now)}.`
      return html`No token could be had of AWS STS at the last try, ${asked}, and none was tried since. ${answered} The next one who needs a new token does.`
    }
    const answered =
      successAt === undefined ? 'never answered yet' : html`answered last ${moment(successAt, now)}`
    const isAnyGiven = tokens.some((token) => isStillGiven(token, now))
    // It may not have been asked at all: where there are no credentials, nothing is sent.
    return html`No token can be had of AWS STS: the last try was ${asked}, and it ${answered}. ${isAnyGiven && stillGiven}`
  }
  if (successAt === undefined) return 'AWS STS was not asked yet. It is when the first token is.'
  const answered = moment(successAt, now)
  if (isOld(successAt, now)) {
    return html`AWS STS answered when it was asked last, ${answered}, and was not asked since.`
  }
  return html`AWS STS answers: the last time ${answered}.`
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
    ['Failed lately', outOf(recent.length - answered.length, recent.length)],
    ['Failed in all', outOf(failures, attempts)],
    ['Retries in all', retries.toLocaleString('en')],
    ['Worker’s clock', clock(clockOffset)],
  ]
  return html`<dl class="figures">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${clockOffset !== undefined && html`<p>The Worker’s clock is ${apart(clockOffset)}${clockOffset < 0 && ' of'} AWS’s. Requests are signed by AWS’s clock, so nothing needs to be done for them; times in the Worker’s own log are off by as much.</p>`}
${recent.length > 1 && chart(recent)}`
}

function outOf(part: number, whole: number): string {
  return `${part.toLocaleString('en')} of ${whole.toLocaleString('en')}`
}

/** @param sorted at least one, the least first */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

// What is less is not told.
function clock(offset: number | undefined): Content {
  return offset === undefined ? 'within a minute' : html`<span class="odd">${apart(offset)}</span>`
}

function apart(offset: number): string {
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
  const { message } = failure
  // Whole: the end of it is what to do. The package cuts what is much longer.
  return html`<h3>Last error</h3>
<p>${badge('bad', 'error')} ${named(failure, now)}</p>
${message !== undefined && html`<p>${whole(message)}</p>`}
${advice('What to do:', failure)}
${requestOf(failure)}`
}

// Not that it is over: it may have been another token for which AWS STS answered.
function formerError(failure: Failure, now: number): Html {
  const { code, message = '', remedy } = failure
  // Once a request was signed by AWS's clock, the keys were not what was wrong.
  const isOfClock = CLOCK.test(code)
  const words = isOfClock && remedy !== undefined ? message.replace(remedy, '').trimEnd() : message
  const known = [
    words !== '' && html`<p>${whole(words)}</p>`,
    !isOfClock && advice('If it comes again:', failure),
    requestOf(failure),
  ].filter((each) => each !== false)
  return html`<h3>Last error; AWS STS has answered since</h3>
<p>${badge('plain', 'error')} ${named(failure, now)}</p>
${known.length > 0 && html`<details><summary>Details</summary>${known}</details>`}`
}

function named({ code, at }: Failure, now: number): Content {
  return html`<strong>${whole(code)}</strong>, ${moment(at, now)}`
}

function requestOf({ requestId }: Failure): Content {
  return requestId !== undefined && html`<p class="muted">AWS request ${whole(requestId)}</p>`
}

function advice(when: string, failure: Failure): Content {
  const words = whatToDo(failure)
  return words !== undefined && html`<p><strong>${when}</strong> ${words}</p>`
}

function whatToDo({ code, message = '', remedy }: Failure): Html | undefined {
  if (remedy !== undefined) return message.includes(remedy) ? undefined : whole(remedy)
  const [, status = ''] = /^\S+ was answered with HTTP (429|5\d\d)/.exec(message) ?? []
  if (THROTTLING.test(code) || status === '429') return lessOften
  return OUTAGE.test(code) || status !== '' ? wait : undefined
}

/** Codes by which AWS says that a time was wrong, as the package takes them, too. */
const CLOCK =
  /^(?:InvalidSignature|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|SignatureDoesNotMatch)(?:Exception)?$/

/** Codes of AWS for too many calls. */
const THROTTLING = /Throttl|LimitExceeded|SlowDown|TooManyRequests|RequestLimit/

const lessOften = html`AWS takes fewer calls than come: ask for fewer different tokens (audiences, tags, durations), for longer ones, or raise the quota.`

/** Codes of the package and of AWS for what passes by itself. */
const OUTAGE =
  /^(?:network_failure|timeout|incomplete_body|Internal(?:Failure|Error)|ServiceUnavailable|RequestTimeout)(?:Exception)?$/

const wait = html`Such an error passes, and it is tried again by itself, whenever a token is to be renewed or is asked for. If it lasts, see <a href="https://health.aws.amazon.com/health/status" rel="noreferrer">how AWS is</a>.`
