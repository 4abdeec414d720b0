// A token decoded, side by side with what its claims mean. Its signature is not here: the emulator kept none.

import type { MintedToken } from '../call.ts'
import { explain } from './claims.ts'
import { type Html, html } from './html.ts'

export function renderToken({ header, claims }: MintedToken): Html {
  return html`<h3>Token</h3>
<div class="token">
<div>
<h4 id="token-header">Header</h4>
<pre tabindex="0" aria-labelledby="token-header"><code>${JSON.stringify(header, null, 2)}</code></pre>
<h4 id="token-claims">Claims</h4>
<pre tabindex="0" aria-labelledby="token-claims"><code>${JSON.stringify(claims, null, 2)}</code></pre>
</div>
<dl class="claims" aria-label="What they mean">
${explain(header, claims).map(
  ({
    name,
    meaning,
    value,
  }) => html`<div><dt><code>${name}</code></dt><dd>${meaning}${value !== undefined && html` <strong>${value}</strong>`}</dd></div>
`,
)}</dl>
</div>`
}
