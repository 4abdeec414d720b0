// Whom a role trust policy names: IAM user guide, "AWS JSON policy elements: Principal".

import { member, readObject, readTexts, refuseUnknown } from './element.ts'
import { PolicyError } from './policy-error.ts'
import type { RequestPrincipal } from './request.ts'

/**
 * How a trust policy names the caller that it admits. In the role's own account it decides what else is needed:
 * nothing for `principal` (its user, session, federated or service principal) and `everyone` (`*`); a boundary and
 * session policies still limit `role`; and `account` only delegates, so that an identity policy must allow as well.
 * IAM user guide, "Policy evaluation logic", under resource-based policies.
 */
export type Through = 'principal' | 'everyone' | 'role' | 'account'

/** One value of the element `Principal`. */
export type TrustedPrincipal =
  | { readonly type: 'everyone' }
  | { readonly type: 'account'; readonly accountId: string }
  | { readonly type: 'principal' | 'role'; readonly arn: string }
  | { readonly type: 'federated'; readonly provider: string }
  | { readonly type: 'service'; readonly service: string }

/** Reads the element; a wildcard may stand for everyone, and never for a part of a name. */
export function parsePrincipals(value: unknown, path: string): readonly TrustedPrincipal[] {
  if (value === '*') return [{ type: 'everyone' }]
  if (typeof value === 'string') {
    throw new PolicyError(path, 'must be "*", or an object such as {"AWS": "123456789012"}')
  }
  const members = readObject(value, path)
  refuseUnknown(members, Object.keys(readers), path)
  if (members.size === 0) throw new PolicyError(path, 'must name somebody: AWS, Federated or Service')
  return Object.entries(readers).flatMap(([type, read]) => {
    const at = member(path, type)
    return members.has(type) ? readTexts(members.get(type), at).map((text) => read(text, at)) : []
  })
}

/** How the value names the caller; `undefined` where it names another. */
export function namedThrough(trusted: TrustedPrincipal, caller: RequestPrincipal): Through | undefined {
  switch (trusted.type) {
    case 'everyone':
      return 'everyone'
    case 'account':
      return trusted.accountId === caller.accountId && isOfAws(caller) ? 'account' : undefined
    case 'federated':
      return trusted.provider === caller.federated ? 'principal' : undefined
    case 'service':
      return trusted.service === caller.service ? 'principal' : undefined
    default:
      return caller.arns.includes(trusted.arn) ? trusted.type : undefined
  }
}

const readers: Readonly<Record<string, (text: string, path: string) => TrustedPrincipal>> = {
  AWS: readAwsPrincipal,
  Federated: (text, path) => ({ type: 'federated', provider: withoutWildcard(text, path) }),
  Service: (text, path) => ({ type: 'service', service: withoutWildcard(text, path) }),
}

const accountPrincipal = /^(?:arn:aws[a-z-]*:iam::(\d{12}):root|(\d{12}))$/
const awsPrincipal =
  /^arn:aws[a-z-]*:(?:iam::\d{12}:(?:user|(role))|sts::\d{12}:(?:assumed-role|federated-user))\/.+$/

function readAwsPrincipal(text: string, path: string): TrustedPrincipal {
  if (text === '*') return { type: 'everyone' }
  withoutWildcard(text, path)
  const [account, ofRoot = '', ofNumber = ''] = accountPrincipal.exec(text) ?? []
  if (account !== undefined) return { type: 'account', accountId: ofRoot || ofNumber }
  const [arn, role] = awsPrincipal.exec(text) ?? []
  if (arn === undefined) {
    throw new PolicyError(
      path,
      'must be an account ID, or the ARN of an account, a user, a role or a session',
    )
  }
  return { type: role === undefined ? 'principal' : 'role', arn }
}

function withoutWildcard(text: string, path: string): string {
  if (/[*?]/.test(text)) {
    throw new PolicyError(
      path,
      'must name one principal whole: match several by a condition on aws:PrincipalArn',
    )
  }
  return text
}

// A federated caller belongs to no account, whatever account its role is in.
function isOfAws(caller: RequestPrincipal): boolean {
  return caller.federated === undefined && caller.service === undefined
}
