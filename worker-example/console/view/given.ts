// Until when the brokers give a token out: as the package's sources do by default (`minimumValidity`).

import type { LiveToken } from '../../ledger/snapshot.ts'

/** What is left of a token that is given out at the least, in milliseconds. */
const LEAST_LEFT = 60_000
/** And of one that does not live long. */
const LEAST_PART = 1 / 5

/** Whether it is given to who asks now, even where it can't be renewed. */
export function isStillGiven({ mintedAt, expiresAt }: LiveToken, now: number): boolean {
  return expiresAt - now > Math.min(LEAST_LEFT, (expiresAt - mintedAt) * LEAST_PART)
}
