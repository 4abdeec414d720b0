// The page for those who are not signed in.

import type { Policy } from '../../policy/policy.ts'
import { type Content, type Html, html } from '../html.ts'
import { renderDocument } from './document.ts'

/** @param error why the last try failed */
export function renderSignIn({ console: { secrets, emails } }: Policy, error?: string): Html {
  return renderDocument(
    'Sign in to the token broker',
    html`<main class="sign-in">
<h1>Token broker</h1>
${secrets ? form(error) : error !== undefined && html`<p class="notice" role="alert">${error}</p>`}
${emails && html`<p class="muted">People whom the policy names come in by Cloudflare Access${secrets && ', without a secret'}.</p>`}
${!secrets && !emails && switchedOff}
</main>`,
  )
}

function form(error: string | undefined): Content {
  const isWrong = error !== undefined
  return html`<form method="post" action="/console/sign-in">
${isWrong && html`<p class="notice" role="alert" id="error">${error}</p>`}
<div class="field"><label for="secret">Secret of the console</label>
<input id="secret" name="secret" type="password" autocomplete="current-password" required autofocus${isWrong && html` aria-invalid="true" aria-describedby="error"`}></div>
<button type="submit">Sign in</button>
</form>`
}

const switchedOff = html`<p>The console is switched off: the policy lets nobody in.</p>
<p>To switch it on, make a secret, keep it, and put its hash into the policy, as <code>console.secrets</code>:</p>
<pre tabindex="0"><code>SECRET=$(openssl rand -base64 32); echo "$SECRET"
printf %s "$SECRET" | sha256sum</code></pre>
<pre tabindex="0"><code>"console": { "secrets": [{ "sha256": "<var>the hash</var>" }] }</code></pre>
<p>Or name people in <code>console.emails</code>, where Cloudflare Access stands in front of the Worker.</p>`
