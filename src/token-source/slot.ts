// The name of a token's entry in a store: a hash of whose token it is and what it says, so that no two that differ share
// one, and the name tells nothing.

import { base64url } from 'jose'
import { InputError } from '../errors.ts'
import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import type { Minter } from './minter.ts'

/** Whose token, and which. */
export interface SlotOptions {
  readonly sts: Minter
  readonly principal?: string | undefined
  readonly input: GetWebIdentityTokenInput
}

/** @throws {CredentialsError} where there are none. {@link InputError} where the principal is not known. */
export async function slotOf({ sts, principal, input }: SlotOptions): Promise<string> {
  const caller = await sts.describeCaller?.()
  if (caller === undefined && principal === undefined) {
    throw new InputError('principal', 'must be given: this sts does not describe its caller')
  }
  const { audience, signingAlgorithm, durationSeconds, tags } = input
  const named = [caller, principal, audience, signingAlgorithm, durationSeconds, tags].map(
    (each) => each ?? null,
  )
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(named)))
  return `web-identity-token:${base64url.encode(new Uint8Array(hash))}`
}
