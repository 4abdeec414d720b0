// Whether a document is a policy, and where it is not: every path at once, with the rule that is broken there.

import * as v from 'valibot'
import { inconsistencies } from './consistency.ts'
import { presetFaults } from './exchanges.ts'
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
    ? [...inconsistencies(output), ...webIdentityFaults(output), ...presetFaults(output)]
    : issues.map((issue) => `${pathOf(issue)} ${ruleOf(issue)}`)
  if (success && broken.length === 0) return output
  throw new PolicyError(broken.join('; '))
}

function pathOf({ path }: v.BaseIssue<unknown>): string {
  const steps = (path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
  return steps.join('').replace(/^\./, '') || 'the policy'
}

// A member that is missing or unknown is an issue of its object, whose own words speak of the object.
function ruleOf({ type, expected, message }: v.BaseIssue<unknown>): string {
  if (type !== 'strict_object' || expected === 'Object') return message
  return expected === 'never' ? 'is not known here' : 'is missing'
}
