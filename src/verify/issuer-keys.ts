// Keeps one issuer's keys: fresh for minutes, then renewed behind the callers' backs, after a while before their eyes, and
// good for a day where the issuer can't be reached. Whoever asks, and however many: one flight at a time, and no flight for a forged `kid`
// within 30 seconds of the last.

import type { VerificationError } from '../errors.ts'
import { SingleFlight } from '../single-flight.ts'
import { type PublishedKeys, unavailable } from './discovery.ts'
import type { KeySet } from './key-set.ts'

/** How long keys are good, and where they come from. */
export interface KeyPolicy {
  /** Milliseconds. */
  readonly keysFreshFor: number
  /** Milliseconds, from the same moment. */
  readonly keysStaleFor: number
  readonly now: () => number
  /** @throws {VerificationError} `keys_unavailable` */
  readonly load: (issuer: string) => Promise<PublishedKeys>
}

const LEAST_FRESH = 60_000
/** So many times as long as they are fresh, keys that were not renewed are taken without asking. */
const GRACE = 2
/** So long after a load that failed nobody is made to wait for the next, in milliseconds. */
const OUTAGE = 60_000
const UNKNOWN_KID_PAUSE = 30_000
const FIRST_STEP = 1000
const LONGEST_STEP = 30_000

type Outcome = PublishedKeys | { readonly error: VerificationError }

interface Kept {
  readonly keySet: KeySet
  readonly since: number
  readonly freshFor: number
}

/** What is kept of one issuer. */
export class IssuerKeys {
  readonly #issuer: string
  readonly #policy: KeyPolicy
  readonly #flights = new SingleFlight<Outcome>((isCurrent) => this.#fly(isCurrent))
  #kept: Kept | undefined
  /** Loads in a row that failed; the last of them, and when it ended. */
  #failures = 0
  #failure: VerificationError | undefined
  #lastFailure: number | undefined
  /** When the last load ended, or began where none has ended since. */
  #lastLoad: number | undefined

  constructor(issuer: string, policy: KeyPolicy) {
    this.#issuer = issuer
    this.#policy = policy
  }

  /**
   * The keys, among which that one is if the issuer has it.
   *
   * @throws {VerificationError} `keys_unavailable`
   */
  async keySetWith(kid: string): Promise<KeySet> {
    const keySet = await this.keySet()
    if (keySet.has(kid)) return keySet
    const mayAsk = this.#flights.isUnderWay || !this.#isWithin(this.#lastLoad, UNKNOWN_KID_PAUSE)
    if (mayAsk) return keySetOf(await this.#flights.wait(undefined))
    // Where the issuer could not be asked of late, it is not known that the key does not exist.
    if (this.#failure !== undefined) throw this.#failure
    return this.#kept?.keySet ?? keySet
  }

  /** @throws {VerificationError} `keys_unavailable` */
  async keySet(): Promise<KeySet> {
    // By a clock that gives no number all keys are old and no pause lasts: each token would be a reason to ask.
    if (!Number.isFinite(this.#policy.now())) {
      throw unavailable(this.#issuer, 'the clock of this machine ("now") gives no number')
    }
    const kept = this.#kept
    if (kept === undefined || this.#isOver(kept.since, this.#policy.keysStaleFor)) {
      if (this.#failure !== undefined && this.#isPausing()) throw this.#failure
      return keySetOf(await this.#flights.wait(undefined))
    }
    if (this.#isWithin(kept.since, kept.freshFor) || this.#isPausing()) return kept.keySet
    // In workerd a flight is lost when the request that began it ends: then the next request waits for its own.
    if (!this.#flights.hasLost && !this.#mayBeOutdated(kept)) {
      this.#flights.begin()
      return kept.keySet
    }
    const outcome = await this.#flights.wait(undefined)
    return 'keySet' in outcome ? outcome.keySet : kept.keySet
  }

  // After an idle spell a key may long have been withdrawn; in an outage waiting would bring nothing.
  #mayBeOutdated({ since, freshFor }: Kept): boolean {
    return !this.#isWithin(since, GRACE * freshFor) && !this.#isWithin(this.#lastFailure, OUTAGE)
  }

  // Stretches of time are told by their beginning: one that lies ahead, after a clock was set back, is none.
  #isWithin(since: number | undefined, length: number): boolean {
    const elapsed = since === undefined ? -1 : this.#policy.now() - since
    return elapsed >= 0 && elapsed < length
  }

  #isOver(since: number, length: number): boolean {
    return !(this.#policy.now() - since < length)
  }

  // From the end of a load on: where the issuer hangs, one may take longer than the pause.
  #isPausing(): boolean {
    const step = Math.min(LONGEST_STEP, FIRST_STEP * 2 ** (this.#failures - 1))
    return this.#failures > 0 && this.#isWithin(this.#lastFailure, step)
  }

  async #fly(isCurrent: () => boolean): Promise<Outcome> {
    const { load, now } = this.#policy
    this.#lastLoad = now()
    const outcome = await load(this.#issuer).then(
      (published): Outcome => published,
      (error: VerificationError): Outcome => ({ error }),
    )
    // One that was given up as lost comes late: what is known by then is newer.
    if (isCurrent()) this.#land(outcome)
    return outcome
  }

  #land(outcome: Outcome): void {
    const { keysFreshFor, now } = this.#policy
    const since = now()
    this.#lastLoad = since
    if ('error' in outcome) {
      this.#failures += 1
      this.#failure = outcome.error
      this.#lastFailure = since
      return
    }
    const { keySet, maxAge } = outcome
    const least = Math.min(LEAST_FRESH, keysFreshFor)
    const freshFor = Math.min(keysFreshFor, Math.max(least, maxAge ?? keysFreshFor))
    this.#kept = { keySet, since, freshFor }
    this.#failures = 0
    this.#failure = undefined
    this.#lastFailure = undefined
  }
}

function keySetOf(outcome: Outcome): KeySet {
  if ('error' in outcome) throw outcome.error
  return outcome.keySet
}
