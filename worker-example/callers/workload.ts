// AWS workloads that ask with a web identity token of their own: our own verifier reads it, and its `sub` names the caller.

import { isVerificationError, type Verifier, type WebIdentity } from 'aws-web-identity/verify'
import { Problem } from '../http/problem.ts'
import type { Policy } from '../policy/policy.ts'
import { verifierOf } from '../policy/web-identity.ts'

type Rules = NonNullable<Policy['webIdentity']>

const verifiers = new WeakMap<Rules, Verifier>()

/** @throws {Problem} 401 with the reason, 503 where the issuer's keys can't be had. */
export async function workloadOf(rules: Rules, token: string): Promise<WebIdentity> {
  const verifier = verifiers.get(rules) ?? verifierOf(rules)
  verifiers.set(rules, verifier)
  try {
    return await verifier.verify(token)
  } catch (error) {
    if (!isVerificationError(error)) throw error
    const { code, message: why } = error
    if (code === 'keys_unavailable') {
      throw new Problem(
        503,
        'keys_unavailable',
        'The keys of the token’s issuer can’t be had now. Try again.',
        {
          why,
          headers: { 'Retry-After': '5' },
        },
      )
    }
    // Whoever has the token can read what is in it; what the policy wants of it stays untold.
    throw new Problem(401, 'unauthorized', `The web identity token is not good here: ${code}.`, {
      why,
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    })
  }
}
