// The last grants and denials: who asked for what, what he got, and why.

import type { AuditLine } from '../../ledger/audit-line.ts'
import type { Snapshot } from '../../ledger/snapshot.ts'
import { type Content, type Html, html } from '../html.ts'
import { badge, foreign, lines, moment, none, seconds, section, type Tone, tagList } from './parts.ts'
import { shortHash } from './secrets.ts'
import { type Row, table } from './table.ts'

/** How many are shown at first. */
export const FEW = 100

const COLUMNS = ['When', 'Caller', 'Asked for', 'Verdict', 'More']

/** The section of grants and denials. @param most of them, the newest */
export function renderDecisions({ decisions, now }: Snapshot, most: number): Html {
  return section(
    'decisions',
    'Last grants and denials',
    decisions.length === 0 ? noneYet : listed(decisions, now, most),
  )
}

const noneYet = html`<p class="empty">Nobody asked for anything yet. Each grant and each denial will stand here, the newest first.</p>`

function listed(decisions: readonly AuditLine[], now: number, most: number): Html {
  const shown = decisions.slice(0, most)
  const more = decisions.length - shown.length
  return html`<div class="scroll" role="region" aria-label="Grants and denials, to be scrolled" tabindex="0">
${table(
  'decisions',
  'Last grants and denials, the newest first',
  COLUMNS,
  shown.map((line) => rowOf(line, now)),
)}
</div>
${more > 0 && html`<p class="more"><a href="/?decisions=all#decisions">Show ${more} older</a></p>`}`
}

function rowOf(line: AuditLine, now: number): Row {
  return {
    key: `${line.requestId} ${line.action} ${line.at}`,
    cells: [moment(line.at, now), caller(line), wanted(line), verdict(line), more(line, now)],
  }
}

const VIA: Readonly<Record<NonNullable<AuditLine['via']>, string>> = {
  secret: 'secret',
  access: 'Access,',
  'web-identity': 'web identity token of',
  'service-binding': 'service binding',
}

function caller(line: AuditLine): Content {
  const { caller: name, via, identity, address } = line
  const known = via === 'secret' ? shortName : foreign
  return html`<div>${name === undefined ? none(nobody(line)) : html`<strong>${foreign(name)}</strong>`}</div>
${via !== undefined && html`<div class="muted">by ${VIA[via] ?? foreign(via)} ${identity !== undefined && known(identity)}</div>`}
${address !== undefined && html`<div class="muted">from ${foreign(address)}</div>`}`
}

function nobody({ action, verdict }: AuditLine): string {
  if (action !== 'sign-in') return 'unknown'
  return verdict === 'granted' ? 'signed in' : 'a visitor'
}

function shortName(sha256: string): Content {
  return html`<code>${foreign(shortHash({ sha256 }))}</code>`
}

// Where it was read. Of all others the caller was refused before, or what was sent did not come whole.
const NOT_UNDERSTOOD: readonly unknown[] = ['invalid_parameter', 'invalid_json', 'invalid_encoding']

function notKnown({ code }: AuditLine): Content {
  return none(NOT_UNDERSTOOD.includes(code) ? 'not understood' : 'not read')
}

function wanted(line: AuditLine): Content {
  const { action, exchange, audience, signingAlgorithm, durationSeconds, tags = [] } = line
  if (action === 'sign-in') return 'The console'
  const how = [signingAlgorithm, durationSeconds === undefined ? undefined : seconds(durationSeconds)]
  const known = how.filter((each) => each !== undefined).join(', ')
  return html`${action === 'access-token' && html`<div>Access token ${exchange === undefined ? notKnown(line) : foreign(exchange)}</div>`}
${audience === undefined ? action === 'token' && notKnown(line) : audience.length === 0 ? none('no audience') : lines(audience)}
${known !== '' && html`<div class="muted">${foreign(known)}</div>`}
${tags.length > 0 && tagList(tags)}`
}

const TONES: Readonly<Record<AuditLine['verdict'], Tone>> = { granted: 'good', denied: 'bad', failed: 'odd' }

function verdict({ verdict: word, code, why }: AuditLine): Content {
  return html`<div>${badge(TONES[word] ?? 'plain', word)}</div>
${code !== undefined && html`<div>${foreign(code)}</div>`}
${why !== undefined && html`<div class="muted">${foreign(onceNamed(why))}</div>`}`
}

// The package names an exception of AWS by its class and by its code, which are the same word.
function onceNamed(why: string): string {
  return why.replace(/^(\S+) \1: /, '$1: ')
}

function more({ requestId, tokenId, expiresAt, upstreamRequestId }: AuditLine, now: number): Content {
  const ids: [string, Content][] = [
    ['Request', foreign(requestId)],
    ['Token (jti)', tokenId !== undefined && foreign(tokenId)],
    ['Expires', expiresAt !== undefined && moment(expiresAt, now)],
    ['Upstream request', upstreamRequestId !== undefined && foreign(upstreamRequestId)],
  ]
  return html`<details><summary>IDs</summary><dl class="ids">${ids.map(
    ([name, value]) => value !== false && html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl></details>`
}
