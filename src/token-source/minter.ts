// What mints: a client of AWS STS, or as much of one.

import type { StsClient } from '../sts/client.ts'

/** What of a client is needed: `describeCaller` only where a store is used. */
export type Minter = Pick<StsClient, 'getWebIdentityToken' | 'now'> &
  Partial<Pick<StsClient, 'describeCaller'>>

export function isMinter(value: unknown): boolean {
  const { getWebIdentityToken, now } = Object(value)
  return typeof getWebIdentityToken === 'function' && typeof now === 'function'
}
