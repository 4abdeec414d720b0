// Whether a document is a policy, and where it is not: every path at once, with the rule that is broken there.

import * as v from 'valibot'
import { inconsistencies } from './consistency.ts'
import { presetFaults } from './exchanges.ts'
import { pathOf, ruleOf } from './issue.ts'
import { type Policy, policySchema } from './policy.ts'
import { webIdentityFaults } from './web-identity.ts'

/** The policy is not one. The message names each path and the rule that it breaks, and shows no value. */
export class PolicyError extends Error {
  override get name(): string {
    return 'PolicyError'
  }
}

/** @throws {PolicyError} */
export function checkPolicy(document: unknown): Policy {
  const { success, output, issues } = v.safeParse(policySchema, document)
  const broken = success
    ? [
        ...unreadNames(document),
        ...inconsistencies(output),
        ...webIdentityFaults(output),
        ...presetFaults(output),
      ]
    : issues.map((issue) => `${pathOf(issue) || 'the policy'} ${ruleOf(issue)}`)
  if (success && broken.length === 0) return output
  throw new PolicyError(broken.join('; '))
}

/** valibot leaves them out of what it read, lest they change a prototype. */
const UNREAD: readonly string[] = ['__proto__', 'constructor', 'prototype']

// A tag of such a name would not be in any token, and nobody would know.
function unreadNames(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const step = Array.isArray(value) ? `[${name}]` : `.${name}`
    const isRead = Array.isArray(value) || !UNREAD.includes(name)
    const own = isRead ? [] : [`${path.slice(1) || 'the policy'} must not have the name ${name}`]
    return [...own, ...unreadNames(member, path + step)]
  })
}
