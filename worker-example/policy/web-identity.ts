// The policy's rules for web identity tokens that callers show, as a verifier of the package, which knows the form of pins.

import { isInputError } from 'aws-web-identity'
import { createVerifier, type Verifier } from 'aws-web-identity/verify'
import type { Policy } from './policy.ts'

/** @throws {InputError} for a pin that is none. */
export function verifierOf({
  audience,
  issuer,
  account,
  organization,
  maxTokenAgeSeconds,
}: NonNullable<Policy['webIdentity']>): Verifier {
  const pins = {
    ...(issuer && { issuer }),
    ...(account && { account }),
    ...(organization && { organization }),
  }
  return createVerifier({
    audience,
    // The policy was checked to have one of them.
    ...(pins as { account: string[] }),
    ...(maxTokenAgeSeconds !== undefined && { maxTokenAge: maxTokenAgeSeconds * 1000 }),
  })
}

/** Each pin that is none. */
export function webIdentityFaults({ webIdentity }: Policy): string[] {
  if (webIdentity === undefined) return []
  const { issuer, account, organization } = webIdentity
  if ((issuer ?? account ?? organization) === undefined) {
    return ['webIdentity must name issuer, account or organization: anybody can have tokens of AWS']
  }
  try {
    verifierOf(webIdentity)
    return []
  } catch (error) {
    if (!isInputError(error)) throw error
    return [`webIdentity.${error.path} ${error.rule}`]
  }
}
