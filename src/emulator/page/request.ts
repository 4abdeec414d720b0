// One request in full: what it asked for, what the policies said, and the token that came of it.

import type { AccessDecision } from '../account/access.ts'
import type { EmulatorRequest } from '../request-log.ts'
import { policyName, verdictOf } from '../verdict.ts'
import { type Content, type Html, html } from './html.ts'
import { clock } from './text.ts'
import { renderToken } from './token.ts'

export function renderRequest(request: EmulatorRequest | undefined, selected: string | null): Html {
  if (request === undefined) {
    return html`<p class="empty">${
      selected === null
        ? 'No token was minted yet. The first one will be here, decoded and explained.'
        : 'This request is not among the last hundred any more.'
    }</p>`
  }
  return html`${selected !== null && html`<p><a href="/#request">Show the latest token again</a></p>`}
<dl class="facts">
${facts(request).map(([name, value]) => value !== undefined && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>
${request.token && renderToken(request.token)}
${details('What the policies said', (request.decisions ?? []).map(decision))}
${details('Parameters', Object.entries(request.parameters ?? {}).map(parameter))}`
}

function facts(request: EmulatorRequest): [string, Content][] {
  const { time, operation, callerArn, statusCode, errorCode, errorMessage, durationMs } = request
  const { outcome, why } = verdictOf(request)
  return [
    [
      'Request',
      html`${operation ?? 'no operation'} at <time datetime="${time}">${clock(time)}</time>, ${durationMs.toFixed(1)} ms`,
    ],
    ['Caller', callerArn ?? 'unknown: the signature was not verified'],
    ['Verdict', html`<span class="verdict ${outcome}">${outcome}</span> ${why}`],
    ['Answer', `HTTP ${statusCode || 'none: the connection was cut'} ${errorCode ?? ''}`],
    ['Message', errorMessage],
    ['Signed for', request.credentialScope],
    ['Request id', request.requestId],
  ]
}

function parameter([name, value]: readonly [string, string]): Html {
  return html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`
}

function decision({ action, resource, allowed, policy, statement, deniedBy }: AccessDecision): Html {
  const by =
    policy === undefined ? `no allow in the ${deniedBy} policies` : `${policyName(policy)}, ${statement}`
  return html`<tr><th scope="row">${action}</th><td><span class="verdict ${allowed ? 'allowed' : 'denied'}">${allowed ? 'allowed' : 'denied'}</span> ${by}<br><span class="muted">on ${resource}</span></td></tr>`
}

function details(title: string, rows: readonly Html[]): Html | undefined {
  if (rows.length === 0) return undefined
  return html`<h3>${title}</h3>
<table class="pairs"><tbody>${rows}</tbody></table>`
}
