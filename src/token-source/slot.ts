// The name of a token's entry in a store: a hash of whose token it is and what it says, so that no two that differ share
// one. The name tells nothing to those who do not know all of it already: they could only confirm a guess.

import { base64url } from 'jose'
import { checkWebCrypto } from '../web-crypto.ts'

/** What an entry is called by. */
export interface SlotOptions {
  /** In front of the hash: `web-identity-token`. */
  readonly kind: string
  /** Whose token, and which: all in which two tokens can differ. JSON must be able to say it. */
  readonly distinguish: (signal: AbortSignal | undefined) => Promise<readonly unknown[]>
}

/** @throws what `distinguish` throws. @throws {WebIdentityError} `web_crypto_unavailable` */
export async function slotOf({ kind, distinguish }: SlotOptions, signal?: AbortSignal): Promise<string> {
  checkWebCrypto()
  const distinction = (await distinguish(signal)).map((each) => each ?? null)
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(distinction)))
  return `${kind}:${base64url.encode(new Uint8Array(hash))}`
}
