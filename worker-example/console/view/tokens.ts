// The tokens that the brokers keep, and how their renewal goes.

import type { LiveToken, Snapshot } from '../../ledger/snapshot.ts'
import { type Content, type Html, html } from '../html.ts'
import { isStillGiven } from './given.ts'
import { badge, counted, foreign, lines, moment, seconds, section, tagList } from './parts.ts'
import { type Row, table } from './table.ts'

const COLUMNS = ['Audience', 'Algorithm', 'Tags', 'Expires', 'Minted', 'Given', 'State']

/** The section of tokens. */
export function renderTokens({ tokens, now }: Snapshot): Html {
  return section('tokens', 'Tokens', tokens.length === 0 ? noneYet : listed(tokens, now))
}

const noneYet = html`<p class="empty">No token lives. One is minted when it is first asked for, by a caller of the policy:</p>
<pre tabindex="0"><code>curl "$WORKER/token" -H "Authorization: Bearer $SECRET" --json '{"audience": "https://api.example.com"}'</code></pre>`

function listed(tokens: readonly LiveToken[], now: number): Html {
  const alive = tokens.filter(({ expiresAt }) => expiresAt > now)
  const ended = tokens.length - alive.length
  const old = alive.filter((token) => !isStillGiven(token, now)).length
  return html`<p class="lead">${counted(alive.length, 'token lives', 'tokens live')}${old > 0 && `; ${notGiven(old, alive.length)}`}${ended > 0 && `; ${ended} ended within the last hour`}.</p>
${table(
  'tokens',
  'Tokens that the brokers keep, the last asked for first',
  COLUMNS,
  tokens.map((token) => rowOf(token, now)),
)}`
}

function notGiven(old: number, alive: number): string {
  if (old === alive) return `${alive === 1 ? 'it is not' : 'none of them is'} given any more`
  return `${old} of them ${old === 1 ? 'is' : 'are'} too old to be given`
}

function rowOf(token: LiveToken, now: number): Row {
  const { audience, signingAlgorithm, durationSeconds, tags, issuer, mintedAt, expiresAt, asked, askedAt } =
    token
  return {
    key: JSON.stringify([token.exchange, audience, signingAlgorithm, durationSeconds, tags, issuer]),
    cells: [
      whom(token),
      html`${foreign(signingAlgorithm)}<div class="muted">${seconds(durationSeconds)}</div>`,
      tagList(tags),
      moment(expiresAt, now),
      html`${moment(mintedAt, now)}<div class="muted">${timesMinted(token.mints)}</div>`,
      html`${counted(asked, 'time')}${askedAt !== undefined && html`<div class="muted">last ${moment(askedAt, now)}</div>`}`,
      state(token, now),
    ],
  }
}

function whom({ exchange, audience }: LiveToken): Content {
  if (exchange === undefined) return lines(audience)
  return html`<div>Access token ${foreign(exchange)}</div><div class="muted">${lines(audience)}</div>`
}

function timesMinted(mints: number): string {
  return mints === 1 ? 'once' : counted(mints, 'time')
}

function state(token: LiveToken, now: number): Content {
  const { failure, expiresAt } = token
  if (failure === undefined) {
    if (expiresAt <= now) return badge('plain', 'ended')
    return isStillGiven(token, now) ? badge('good', 'good') : badge('plain', 'too old to be given')
  }
  const { at, code, message, remedy } = failure
  return html`${badge('bad', failingState(token, now))}
<div>${foreign(code)}, ${moment(at, now)}</div>
${message !== undefined && html`<div class="muted">${foreign(message)}</div>`}
${remedy !== undefined && !message?.includes(remedy) && html`<div>${foreign(remedy)}</div>`}`
}

function failingState(token: LiveToken, now: number): string {
  if (token.expiresAt <= now) return 'ended, renewal fails'
  return isStillGiven(token, now) ? 'renewal fails' : 'no longer given'
}
