// The accounts: their issuers, switches and published keys.

import { type Html, html } from './html.ts'
import type { PublishedKey, Snapshot } from './snapshot.ts'

export function renderAccounts(accounts: Snapshot['accounts']): Html {
  return html`${accounts.map(
    ({
      accountId,
      issuer,
      federationEnabled,
      organization,
      keys,
    }) => html`<article aria-labelledby="account-${accountId}">
<h3 id="account-${accountId}">${accountId}</h3>
<dl class="facts">
<div><dt>Issuer</dt><dd><code>${issuer}</code></dd></div>
<div><dt>Published</dt><dd><a href="${issuer}/.well-known/openid-configuration">Discovery document</a>, <a href="${issuer}/.well-known/jwks.json">keys</a></dd></div>
<div><dt>Federation</dt><dd><span class="verdict ${federationEnabled ? 'allowed' : 'denied'}">${federationEnabled ? 'enabled' : 'disabled'}</span></dd></div>
${organization && html`<div><dt>Organization</dt><dd><code>${organization.path}</code></dd></div>`}
<div><dt>Keys</dt><dd><ul class="keys">${keys.map(key)}</ul></dd></div>
</dl>
</article>
`,
  )}`
}

function key({ kid, algorithm, signs }: PublishedKey): Html {
  return html`<li><code>${kid}</code> ${algorithm}, ${signs ? 'signs' : html`<span class="muted">verifies older tokens</span>`}</li>`
}
