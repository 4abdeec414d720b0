// A problem as people see it who open the console: most often that the Worker is not configured yet.

import type { Problem } from '../http/problem.ts'
import { html } from './html.ts'
import { htmlResponse } from './html-response.ts'
import { renderDocument } from './view/document.ts'

/** A page that says no more than the problem's own words. */
export function problemPage({ status, message, headers }: Problem, requestId: string): Response {
  const page = renderDocument(
    'Token broker',
    html`<main class="sign-in">
<h1>Token broker</h1>
<p class="notice" role="alert">${message}</p>
${status >= 500 && html`<p>To see the log: <code>npx wrangler tail</code>, and load this page again.</p>`}
<p class="muted">Request ${requestId}</p>
</main>`,
  )
  return htmlResponse(page, requestId, { status, headers })
}
