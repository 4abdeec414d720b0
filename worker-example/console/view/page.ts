// The page as a whole, and the part of it that the page's script keeps as it is now.

import type { Snapshot } from '../../ledger/snapshot.ts'
import type { Policy } from '../../policy/policy.ts'
import { type Content, type Html, html } from '../html.ts'
import type { Visitor } from '../visitor.ts'
import { FEW, renderDecisions } from './decisions.ts'
import { renderDocument } from './document.ts'
import { foreign, section, whole } from './parts.ts'
import { renderPolicy } from './policy.ts'
import { shortHash } from './secrets.ts'
import { renderSts, stsWord } from './sts.ts'
import { renderTokens } from './tokens.ts'
import { renderVerify } from './verify.ts'

/** What the page shows. */
export interface Contents {
  readonly policy: Policy
  /** Undefined where it could not be had. */
  readonly snapshot: Snapshot | undefined
  readonly now: number
  /** The request's: `decisions=all` shows all that are kept. */
  readonly url: URL
}

/** The page for who has signed in. */
export function renderPage(contents: Contents, visitor: Visitor): Html {
  const { url, snapshot, policy, now } = contents
  return renderDocument(
    `Token broker ${url.host}`,
    html`<a class="skip" href="#main">Skip to the content</a>
<header>
<div class="brand"><h1>Token broker</h1><p class="muted">${whole(url.host)}</p></div>
<div class="states">${stsWord(snapshot)}
<p id="status" role="status"><noscript>Reload the page to see what is new.</noscript></p></div>
${who(visitor)}
<nav aria-label="On this page"><a href="#tokens">Tokens</a> <a href="#decisions">Grants and denials</a> <a href="#sts">AWS STS</a> <a href="#policy">Policy</a> <a href="#verify">Verify a token</a></nav>
</header>
<main id="main" tabindex="-1">
${sections(contents)}
${renderVerify(policy, snapshot)}
</main>`,
    { hasScript: true, ...(snapshot && { now }) },
  )
}

/** For the page's script, which puts each part in the place of the one that has its id. */
export function renderLive(contents: Contents): Html {
  return html`<!doctype html>
<div data-now="${contents.now}">
${stsWord(contents.snapshot)}
${sections(contents)}
</div>
`
}

function sections({ snapshot, policy, now, url }: Contents): Content {
  const most = url.searchParams.get('decisions') === 'all' ? Number.POSITIVE_INFINITY : FEW
  return [
    ...(snapshot
      ? [renderTokens(snapshot), renderDecisions(snapshot, most), renderSts(snapshot)]
      : [lost('tokens', 'Tokens'), lost('decisions', 'Last grants and denials'), lost('sts', 'AWS STS')]),
    renderPolicy(policy, now),
  ]
}

function lost(id: string, title: string): Html {
  return section(
    id,
    title,
    html`<p class="notice">Not known now: the Worker’s own record does not answer. The Worker’s log says why.</p>`,
  )
}

function who(visitor: Visitor): Html {
  if (visitor.via === 'access') {
    return html`<div class="who"><span>${foreign(visitor.email)}</span> <a href="/cdn-cgi/access/logout">Sign out of Access</a></div>`
  }
  return html`<div class="who"><span>Secret <code>${shortHash(visitor)}</code></span>
<form method="post" action="/console/sign-out"><button type="submit" class="quiet">Sign out</button></form></div>`
}
