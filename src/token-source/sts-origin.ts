// Mints at AWS STS, for as long as the session of the credentials allows.

import { isSessionDurationEscalationException } from '../errors.ts'
import { emit } from '../query/event.ts'
import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import { DEFAULT_DURATION, SHORTEST_DURATION } from '../sts/token-duration.ts'
import type { OnTokenSourceEvent } from './event.ts'
import { lifetimeOfJwt } from './jwt-lifetime.ts'
import type { Minter } from './minter.ts'
import type { Arrival, Origin } from './renewal.ts'

/** A request that is signed by a clock that is further off is refused by AWS, in milliseconds. */
const LONGEST_DRIFT = 15 * 60_000

/** Tokens from AWS STS. */
export function stsOrigin(
  sts: Minter,
  input: GetWebIdentityTokenInput,
  onEvent: OnTokenSourceEvent | undefined,
): Origin {
  async function mint(durationSeconds: number | undefined, signal: AbortSignal): Promise<Arrival> {
    const start = performance.now()
    const asked = durationSeconds === undefined ? input : { ...input, durationSeconds }
    const { webIdentityToken, expiration } = await sts.getWebIdentityToken(asked, { signal })
    const expiresAt = expiration.getTime()
    const lifetime = lifetimeOfJwt(webIdentityToken) ?? (asked.durationSeconds ?? DEFAULT_DURATION) * 1000
    // The beginning by the clock of now, which may have been set in between.
    const began = sts.now() - (performance.now() - start)
    // A token that ends at another time than it should tells how far the clocks are apart.
    const drift = expiresAt - lifetime - began
    const isDrift = Math.abs(drift) <= LONGEST_DRIFT
    const mintedAt = isDrift ? began + drift : began
    return {
      token: { value: webIdentityToken, mintedAt, expiresAt },
      from: 'sts',
      drift: isDrift ? drift : 0,
    }
  }

  return {
    now: () => sts.now(),
    async load(_, signal) {
      let durationSeconds = input.durationSeconds
      for (;;) {
        try {
          return await mint(durationSeconds, signal)
        } catch (error) {
          const refused = durationSeconds ?? DEFAULT_DURATION
          if (!isSessionDurationEscalationException(error) || refused <= SHORTEST_DURATION) throw error
          // Where the credentials do not tell when their session ends, half of it may do.
          const longest = error.longestDurationSeconds ?? (error.attempts === 0 ? 0 : Math.floor(refused / 2))
          durationSeconds = Math.max(SHORTEST_DURATION, Math.min(longest, refused - 1))
          emit(onEvent, { type: 'duration_cut', durationSeconds })
        }
      }
    },
    async forget() {},
  }
}
