// All that the page shows, as it is at one moment.

import type { DescribedAccount, DescribedPrincipal } from '../account/description.ts'
import type { Emulator } from '../emulator.ts'
import type { EmulatorRequest } from '../request-log.ts'

/** How many requests the page shows. */
const shownRequests = 100

/** A key as it is published. */
export interface PublishedKey {
  readonly kid: string
  readonly algorithm: string
  /** Whether it signs from now on; one that does not verifies older tokens. */
  readonly signs: boolean
}

export interface Snapshot {
  readonly endpoint: string
  readonly accounts: readonly (DescribedAccount & { readonly keys: readonly PublishedKey[] })[]
  readonly principals: readonly DescribedPrincipal[]
  /** The newest first. */
  readonly requests: readonly EmulatorRequest[]
}

export async function readSnapshot(emulator: Emulator): Promise<Snapshot> {
  const accounts = emulator.accounts.map(async (account) => ({
    ...account,
    keys: await keysOf(emulator, account.issuer),
  }))
  return {
    endpoint: emulator.endpoint,
    accounts: await Promise.all(accounts),
    principals: emulator.principals,
    requests: emulator.requests.slice(-shownRequests).reverse(),
  }
}

/** Another text for each other page. */
export async function versionOf(snapshot: Snapshot): Promise<string> {
  // Of the requests their ids tell enough.
  const shown = { ...snapshot, requests: snapshot.requests.map(({ requestId }) => requestId) }
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(shown)))
  return Array.from(new Uint8Array(hash, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// Of its own documents, as a relying party would.
async function keysOf(emulator: Emulator, issuer: string): Promise<PublishedKey[]> {
  const response = await emulator.fetch(`${issuer}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { keys: readonly { kid: string; kty: string }[] }
  return keys.map(({ kid, kty }, index) => ({
    kid,
    algorithm: kty === 'RSA' ? 'RS256' : 'ES384',
    // Of each algorithm the last one signs.
    signs: !keys.slice(index + 1).some((later) => later.kty === kty),
  }))
}
