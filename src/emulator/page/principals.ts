// The users and roles: who may sign, and what holds for each. Their secrets are not known here.

import type { DescribedPrincipal } from '../account/description.ts'
import { policyName } from '../verdict.ts'
import { type Content, type Html, html } from './html.ts'

export function renderPrincipals(principals: readonly DescribedPrincipal[]): Html {
  return html`<table class="principals">
<thead><tr><th scope="col">ARN</th><th scope="col">Access key</th><th scope="col">Policies</th><th scope="col">Tags</th></tr></thead>
<tbody>
${principals.map(row)}
</tbody>
</table>`
}

function row({ arn, accessKeyIds, policies, hasPermissionsBoundary, tags }: DescribedPrincipal): Html {
  const tagged = Object.entries(tags).map(([name, value]) => `${name} = ${value}`)
  return html`<tr><th scope="row">${arn}</th><td data-label="Access key">${listed(accessKeyIds, 'none: to be assumed')}</td><td data-label="Policies">${listed(policies.map(policyName), 'none: may do nothing')}${hasPermissionsBoundary && html`<br><span class="muted">within a boundary</span>`}</td><td data-label="Tags">${listed(tagged, 'none')}</td></tr>
`
}

function listed(texts: readonly string[], otherwise: string): Content {
  if (texts.length === 0) return html`<span class="muted">${otherwise}</span>`
  return texts.map((text, index) => html`${index > 0 && html`<br>`}${text}`)
}
