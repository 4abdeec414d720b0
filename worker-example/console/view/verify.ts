// Where a token is pasted to be verified. No form holds it and it has no name, so that nothing can send it: the page's
// script reads it, and tells here what it found.

import type { Snapshot } from '../../ledger/snapshot.ts'
import type { Policy } from '../../policy/policy.ts'
import { type Html, html } from '../html.ts'
import { section } from './parts.ts'

/** The section in which a token is verified. */
export function renderVerify(policy: Policy, snapshot: Snapshot | undefined): Html {
  const { callers, webIdentity } = policy
  const audiences = new Set([
    ...callers.flatMap(({ audiences }) => audiences),
    ...(snapshot?.tokens.flatMap(({ audience }) => audience) ?? []),
    // With which a workload asks this Worker.
    ...(webIdentity ? [webIdentity.audience] : []),
  ])
  return section(
    'verify',
    'Verify a token',
    html`<p class="lead" id="verify-hint">It is decoded and verified in this browser, and never leaves this page.</p>
<noscript><p class="notice">This needs JavaScript.</p></noscript>
<div class="verify">
<div class="field"><label for="token">Token</label>
<textarea id="token" rows="5" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="verify-hint" placeholder="eyJ…"></textarea></div>
<div class="field"><label for="audience">Must be for</label>
<select id="audience"><option value="any">any audience that is listed here</option>${[...audiences].map(
      (audience) => html`<option value="=${audience}">${shortened(audience)}</option>`,
    )}<option value="other">another audience…</option></select>
<div id="other" hidden><label for="other-audience">Another audience</label>
<input id="other-audience" type="text" spellcheck="false" autocomplete="off" autocapitalize="off"></div></div>
<button type="button" id="check">Verify</button>
<p id="verdict" role="status"></p>
<div id="decoded"></div>
</div>`,
    false,
  )
}

// An option can't be made of elements, and a select is as wide as its longest.
function shortened(text: string): string {
  const characters = [...visible(text)]
  return characters.length <= 80 ? characters.join('') : `${characters.slice(0, 80).join('')}…`
}

function visible(text: string): string {
  return text.replace(/[\p{C}\p{DI}]/gu, '\uFFFD')
}
