// What can be said of the secrets of a policy without knowing them.

import * as v from 'valibot'
import type { Policy } from '../policy/policy.ts'
import { ENDS_SOON, type Secret } from '../policy/rules.ts'

/** Each secret that has ended, or does so within 14 days. @param now in milliseconds since 1970 */
export function endingSecrets(policy: Policy, now: number): string[] {
  return secretsOf(policy).flatMap(({ path, secret: { expires } }) => {
    const left = Date.parse(expires ?? '') - now
    if (!(left < ENDS_SOON)) return [] // nor where it never ends
    if (left <= 0) return [`${path} opens nothing any more: it ended at ${expires}`]
    const days = Math.floor(left / 86_400_000)
    return [`${path} ends at ${expires}, in ${days < 2 ? 'less than 2 days' : `${days} days`}`]
  })
}

/** Each secret that another policy has too, whose secrets everybody can read. */
export function publishedSecrets(policy: Policy, published: unknown): string[] {
  const known = hashesIn(published)
  return secretsOf(policy)
    .filter(({ secret }) => known.has(secret.sha256))
    .map(({ path }) => `${path} is one of dev/policy.json, where everybody can read it: make one of your own`)
}

function secretsOf({ console, callers }: Policy): { path: string; secret: Secret }[] {
  return [
    ...named('console.secrets', console.secrets),
    ...callers.flatMap(({ secrets }, index) => named(`callers[${index}].secrets`, secrets)),
  ]
}

function named(path: string, secrets: readonly Secret[] = []) {
  return secrets.map((secret, index) => ({ path: `${path}[${index}]`, secret }))
}

const withHashes = v.array(v.looseObject({ sha256: v.string() }))
const someSecrets = v.looseObject({ secrets: v.optional(withHashes, []) })
const somePolicy = v.looseObject({
  console: v.optional(someSecrets, {}),
  callers: v.optional(v.array(someSecrets), []),
})

// As far as it is a policy: whether it is one is told of it where it is checked itself.
function hashesIn(document: unknown): Set<string> {
  const { success, output } = v.safeParse(somePolicy, document)
  if (!success) return new Set()
  return new Set(
    [output.console, ...output.callers].flatMap(({ secrets }) => secrets.map(({ sha256 }) => sha256)),
  )
}
