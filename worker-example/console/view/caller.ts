// One caller of the policy: its ways in, and what it may have.

import type { Caller } from '../../policy/caller.ts'
import { type Content, type Html, html } from '../html.ts'
import { counted, facts, foreign, lines, none, seconds } from './parts.ts'
import { secretList, secretWarning } from './secrets.ts'

/** What the policy gives a caller, folded unless it is open. */
export function renderCaller(caller: Caller, now: number, isOpen: boolean): Html {
  const { name, secrets = [], access, subjects, serviceBinding, audiences, algorithms } = caller
  return html`<details class="caller" data-key="${name}"${isOpen && html` open`}>
<summary><strong>${foreign(name)}</strong> <span class="muted">${summary(caller)}</span> ${secretWarning(secrets, now)}</summary>
${facts([
  ['Secrets', secrets.length > 0 && secretList(secrets, now)],
  ['People', access?.emails && lines(access.emails)],
  ['Service tokens', access?.clientIds && lines(access.clientIds)],
  ['AWS principals', subjects && lines(subjects)],
  ['Service binding', serviceBinding !== undefined && foreign(serviceBinding)],
  ['Audiences', audiences.length > 0 ? lines(audiences) : none('none')],
  ['Algorithms', algorithms.join(', ')],
  ['Longest life', seconds(caller.maxDurationSeconds)],
  ['Requests', `${caller.requestsPerMinute} a minute`],
  ['Tags', tags(caller)],
  ['Exchanges', caller.exchanges.length > 0 && lines(caller.exchanges)],
])}
</details>
`
}

function summary({ secrets, access, subjects, serviceBinding, audiences, exchanges }: Caller): string {
  const ways = [
    secrets && counted(secrets.length, 'secret'),
    access && 'Access',
    subjects && counted(subjects.length, 'AWS principal'),
    serviceBinding !== undefined && 'a service binding',
  ]
  const may = [
    audiences.length > 0 && counted(audiences.length, 'audience'),
    exchanges.length > 0 && counted(exchanges.length, 'exchange'),
  ]
  return `by ${listed(ways)}, for ${listed(may)}`
}

function listed(words: readonly (string | false | undefined)[]): string {
  return words.filter((word) => typeof word === 'string').join(', ')
}

function tags({ tags: { fixed, fromCaller, allowed } }: Caller): Content {
  const all = [
    ...Object.entries(fixed).map(
      ([key, value]) => html`<div>${foreign(key)} = ${value === '' ? none('empty') : foreign(value)}</div>`,
    ),
    ...Object.entries(fromCaller).map(
      ([key, fact]) => html`<div>${foreign(key)} = <em>its ${fact}</em></div>`,
    ),
    ...allowed.map((key) => html`<div>${foreign(key)} = <em>as it likes</em></div>`),
  ]
  return all.length === 0 ? none('none') : all
}
