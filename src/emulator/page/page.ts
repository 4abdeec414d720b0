// The page as a whole: what it holds, in its order.

import { renderAccounts } from './accounts.ts'
import { type Html, html } from './html.ts'
import { renderPrincipals } from './principals.ts'
import { renderRequest } from './request.ts'
import { renderRequests } from './requests.ts'
import { script } from './script.ts'
import type { Snapshot } from './snapshot.ts'
import { style } from './style.ts'

export interface PageContext {
  readonly version: string
  /** The id of the request that was chosen. */
  readonly selected: string | null
}

export function renderPage(snapshot: Snapshot, { version, selected }: PageContext): string {
  const { endpoint, requests, accounts, principals } = snapshot
  const shown =
    selected === null
      ? requests.find(({ token }) => token !== undefined)
      : requests.find(({ requestId }) => requestId === selected)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>AWS emulator</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body data-version="${version}">
<header>
<h1>AWS emulator</h1>
<p><code>${endpoint}</code></p>
<p id="status" role="status"><noscript>Reload the page to see what is new.</noscript></p>
<nav aria-label="On this page"><a href="#requests">Requests</a> <a href="#request">Token</a> <a href="#accounts">Accounts</a> <a href="#principals">Principals</a></nav>
</header>
<main>
${section('requests', 'Requests', renderRequests(requests, endpoint, shown?.requestId))}
${section('request', selected === null ? 'The latest token' : 'The request', renderRequest(shown, selected))}
${section('accounts', 'Accounts', renderAccounts(accounts))}
${section('principals', 'Principals', renderPrincipals(principals))}
</main>
<script>${script}</script>
</body>
</html>
`.text
}

// The script puts a section in its place as a whole, when there is something new in it.
function section(id: string, title: string, content: Html): Html {
  return html`<section id="${id}" data-live aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b57d0'/%3E%3Cpath d='M4 8.5 7 11l5-6' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E"
