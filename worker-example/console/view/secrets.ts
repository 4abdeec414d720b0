// Secrets as the policy knows them: the beginning of a hash, and how long it still opens something.

import { isInForce } from '../../callers/secret.ts'
import { ENDS_SOON, type Secret } from '../../policy/rules.ts'
import { type Content, html } from '../html.ts'
import { badge, moment, none } from './parts.ts'

/** Secrets by the first digits of their hashes, each with its end. */
export function secretList(secrets: readonly Secret[], now: number): Content {
  return secrets.map((secret) => html`<div><code>${shortHash(secret)}</code> ${end(secret, now)}</div>`)
}

/** What the policy and the audit call it. */
export function shortHash({ sha256 }: Pick<Secret, 'sha256'>): string {
  return `${sha256.slice(0, 8)}…`
}

function end(secret: Secret, now: number): Content {
  if (secret.expires === undefined) return none('does not expire')
  const at = moment(Date.parse(secret.expires), now)
  if (!isInForce(secret, now)) return html`${badge('bad', 'expired')} ${at}`
  return html`expires ${at} ${isShort(secret, now) && badge('odd', 'soon')}`
}

/** For a caller whose secrets are not in sight. */
export function secretWarning(secrets: readonly Secret[], now: number): Content {
  const expired = secrets.filter((secret) => !isInForce(secret, now)).length
  const short = secrets.filter((secret) => isInForce(secret, now) && isShort(secret, now)).length
  return [
    expired > 0 && badge('bad', expired === 1 ? 'a secret has expired' : `${expired} secrets have expired`),
    ' ',
    short > 0 && badge('odd', short === 1 ? 'a secret expires soon' : `${short} secrets expire soon`),
  ]
}

function isShort({ expires }: Secret, now: number): boolean {
  return expires !== undefined && Date.parse(expires) - now < ENDS_SOON
}
