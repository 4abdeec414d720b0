// The last requests, the newest first: when, who, what, how it ended, and what decided.

import type { EmulatorRequest } from '../request-log.ts'
import { verdictOf } from '../verdict.ts'
import { type Html, html } from './html.ts'
import { clock, principalName } from './text.ts'

export function renderRequests(
  requests: readonly EmulatorRequest[],
  endpoint: string,
  selected: string | undefined,
): Html {
  if (requests.length === 0) {
    return html`<p class="empty">None yet. Paste the lines that the emulator printed into a terminal, and try:</p>
<pre tabindex="0"><code>aws sts get-caller-identity --endpoint-url ${endpoint} --region us-east-1</code></pre>`
  }
  return html`<div class="scroll" role="region" aria-labelledby="requests-title" tabindex="0">
<table class="requests">
<thead><tr><th scope="col">Time <abbr title="Coordinated Universal Time">UTC</abbr></th><th scope="col">Operation</th><th scope="col">Caller</th><th scope="col">Verdict</th><th scope="col">What decided</th></tr></thead>
<tbody>
${requests.map((request) => row(request, request.requestId === selected))}
</tbody>
</table>
</div>`
}

function row(request: EmulatorRequest, isSelected: boolean): Html {
  const { time, operation = 'no operation', requestId, callerArn } = request
  const { outcome, why } = verdictOf(request)
  return html`<tr><td data-label="Time"><time datetime="${time}">${clock(time)}</time></td><th scope="row"><a href="/?request=${encodeURIComponent(requestId)}#request"${isSelected && html` aria-current="true"`}>${operation}</a></th><td data-label="Caller">${callerArn === undefined ? html`<span class="muted">unknown</span>` : principalName(callerArn)}</td><td data-label="Verdict"><span class="verdict ${outcome}">${outcome}</span></td><td data-label="Decided">${why}</td></tr>
`
}
