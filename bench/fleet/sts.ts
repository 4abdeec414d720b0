// A simulated AWS STS, and a client of it that tries again by this package's own rules.

import type { ServiceError } from '../../src/errors.ts'
import { decideRetry } from '../../src/query/retry.ts'
import { standardRetryPolicy } from '../../src/query/retry-policy.ts'
import { wait } from '../../src/query/wait.ts'
import { stsError } from '../../src/sts/exceptions.ts'
import type { Minter } from '../../src/token-source/minter.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import { Rate } from './rate.ts'

/** From an edge location to a region, signature and all. */
const LATENCY = { median: 60, sigma: 0.6 }
const CLIENT_TIMEOUT = 30_000
const CALLER = {
  origin: 'https://sts.us-east-1.amazonaws.com',
  signingRegion: 'us-east-1',
  accountId: '123456789012',
}

export interface StsLimits {
  /** Requests a second, and as many in one burst; the others are throttled. */
  readonly limit: number
  /** From when to when it is down, on the simulation's clock. */
  readonly outage: readonly [from: number, to: number] | undefined
}

export class Sts {
  readonly #clock: Clock
  readonly #random: Random
  readonly #limits: StsLimits
  readonly #rate: Rate
  readonly #onCall: (isMint: boolean) => void
  readonly #mintTimes: number[] = []

  constructor(clock: Clock, random: Random, limits: StsLimits, onCall: (isMint: boolean) => void) {
    this.#clock = clock
    this.#random = random
    this.#limits = limits
    this.#rate = new Rate(clock, limits.limit)
    this.#onCall = onCall
  }

  async call(
    durationSeconds: number,
  ): Promise<{ webIdentityToken: string; expiration: Date } | ServiceError> {
    const latency = this.#random.logNormal(LATENCY)
    await this.#clock.after(latency / 2)
    const answer = this.#answer(durationSeconds)
    await this.#clock.after(latency / 2)
    return answer
  }

  /** On the simulation's clock. */
  mintedAt(webIdentityToken: string): number {
    return this.#mintTimes[Number(webIdentityToken.split('.')[1])] ?? 0
  }

  #answer(durationSeconds: number): { webIdentityToken: string; expiration: Date } | ServiceError {
    const { outage } = this.#limits
    const { now } = this.#clock
    const isDown = outage !== undefined && now >= outage[0] && now < outage[1]
    const isThrottled = !isDown && !this.#rate.take()
    this.#onCall(!isDown && !isThrottled)
    if (isDown) return refusal(503, 'ServiceUnavailable', 'Down.')
    if (isThrottled) return refusal(400, 'Throttling', 'Rate exceeded')
    this.#mintTimes.push(now)
    // As in a JWT, in whole seconds.
    const expiresAt = (Math.floor(Date.now() / 1000) + durationSeconds) * 1000
    return {
      webIdentityToken: `header.${this.#mintTimes.length - 1}.signature`,
      expiration: new Date(expiresAt),
    }
  }
}

function refusal(statusCode: number, code: string, message: string): ServiceError {
  const fault = statusCode < 500 ? 'client' : 'server'
  return stsError({ code, message, statusCode, requestId: undefined, fault, retryable: true, attempts: 1 })
}

/** As an isolate has it: its retries share a quota. */
export function clientOf(sts: Sts): Minter {
  const policy = standardRetryPolicy(3)
  return {
    now: () => Date.now(),
    describeCaller: async () => CALLER,
    async getWebIdentityToken({ durationSeconds = 300 }, { signal = new AbortController().signal } = {}) {
      const end = performance.now() + CLIENT_TIMEOUT
      let refund = 1
      for (let attempts = 1; ; attempts += 1) {
        const answer = await sts.call(durationSeconds)
        signal.throwIfAborted()
        if ('webIdentityToken' in answer) {
          policy.quota.giveBack(refund)
          return answer
        }
        const timeLeft = end - performance.now()
        const failed = {
          error: answer,
          attempts,
          retries: attempts - 1,
          headers: undefined,
          timeLeft,
          policy,
        }
        const retry = decideRetry(failed)
        if (retry === undefined) throw answer
        refund = retry.cost
        await wait(retry.delay, signal)
      }
    },
  }
}
