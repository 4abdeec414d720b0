// The policy as the Worker understood it: what it lacks here, nobody may do.

import type { Policy } from '../../policy/policy.ts'
import { type Content, type Html, html } from '../html.ts'
import { renderCaller } from './caller.ts'
import { counted, facts, foreign, lines, none, seconds, section } from './parts.ts'
import { secretList } from './secrets.ts'

/** The section of the policy. */
export function renderPolicy(policy: Policy, now: number): Html {
  const { callers, access, webIdentity, exchanges } = policy
  const services = Object.entries(exchanges)
  return section(
    'policy',
    'Policy',
    html`<p class="lead">As the Worker understood it. What is not named here is denied.</p>
${facts([
  ['Console', consoleWays(policy, now)],
  [
    'Cloudflare Access',
    access
      ? html`${lines([access.team])}<div class="muted">application ${foreign(access.audience)}</div>`
      : none('not used'),
  ],
  ['Web identity tokens', webIdentity ? lines(webIdentityRules(webIdentity)) : none('not taken')],
  [
    'Exchanges',
    services.length === 0
      ? none('none')
      : services.map(
          ([name, { preset }]) =>
            html`<div>${foreign(name)} <span class="muted">by ${foreign(preset)}</span></div>`,
        ),
  ],
])}
<h3>${counted(callers.length, 'caller')}</h3>
${callers.length === 0 && html`<p class="empty">Nobody may ask for anything. Add a caller to the policy and deploy it.</p>`}
${callers.map((caller) => renderCaller(caller, now, callers.length <= 3))}`,
  )
}

function consoleWays({ console: { secrets, emails } }: Policy, now: number): Content {
  return html`${secrets && secretList(secrets, now)}${emails && lines(emails.map((email) => `${email}, by Cloudflare Access`))}`
}

function webIdentityRules(rules: NonNullable<Policy['webIdentity']>): string[] {
  const { audience, issuer, account, organization, maxTokenAgeSeconds } = rules
  return [
    `for ${audience}`,
    ...(issuer ? [`of issuer ${issuer.join(' or ')}`] : []),
    ...(account ? [`of account ${account.join(' or ')}`] : []),
    ...(organization ? [`of organization ${organization.join(' or ')}`] : []),
    ...(maxTokenAgeSeconds === undefined ? [] : [`minted at most ${seconds(maxTokenAgeSeconds)} ago`]),
  ]
}
