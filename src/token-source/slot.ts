// The name of a token's entry in a store: a hash of whose token it is and what it says, so that no two that differ share
// one. The name tells nothing to those who do not know all of it already: they could only confirm a guess.

import { base64url } from 'jose'
import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import { checkWebCrypto } from '../web-crypto.ts'
import type { Minter } from './minter.ts'

/** Whose token, and which. */
export interface SlotOptions {
  readonly sts: Minter
  readonly principal?: string | undefined
  readonly input: GetWebIdentityTokenInput
}

/** @throws {CredentialsError} where there are none. @throws {WebIdentityError} `web_crypto_unavailable` */
export async function slotOf({ sts, principal, input }: SlotOptions, signal?: AbortSignal): Promise<string> {
  checkWebCrypto()
  const caller = await sts.describeCaller?.({ signal })
  const { audience, signingAlgorithm, durationSeconds, tags } = input
  const named = [caller, principal, audience, signingAlgorithm, durationSeconds, tags].map(
    (each) => each ?? null,
  )
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(named)))
  return `web-identity-token:${base64url.encode(new Uint8Array(hash))}`
}
