// Keeps one issuer's keys: fresh for minutes, then renewed behind the callers' backs, after a while before their eyes, and
// good for a day where the issuer can't be reached. Whoever asks, and however many: one flight at a time, and no flight for a forged `kid`
// within 30 seconds of the last.

import type { VerificationError } from '../errors.ts'
import { type PublishedKeys, unavailable } from './discovery.ts'
import type { KeySet } from './key-set.ts'

/** How long keys are good, and where they come from. */
export interface KeyPolicy {
  /** Milliseconds. */
  readonly keysFreshFor: number
  /** Milliseconds, from the same moment. */
  readonly keysStaleFor: number
  /** The bound on a load, in milliseconds. */
  readonly fetchTimeout: number
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
/** So long after its time, in milliseconds, a flight that its own timer did not end is given up. */
const OVERDUE = 1000

type Outcome = { readonly keySet: KeySet } | { readonly error: VerificationError }

interface Kept {
  readonly keySet: KeySet
  readonly since: number
  readonly freshFor: number
}

/** A load under way, shared by all who wait. */
interface Flight {
  readonly since: number
  readonly outcome: Promise<Outcome>
}

/** What is kept of one issuer. */
export class IssuerKeys {
  readonly #issuer: string
  readonly #policy: KeyPolicy
  #kept: Kept | undefined
  #flight: Flight | undefined
  /** Loads in a row that failed; the last of them. */
  #failures = 0
  #failure: VerificationError | undefined
  #lastFailure: number | undefined
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
    const mayAsk = this.#flightUnderWay() !== undefined || !this.#isWithin(this.#lastLoad, UNKNOWN_KID_PAUSE)
    if (mayAsk) return keySetOf(await this.#load())
    // Where the issuer could not be asked of late, it is not known that the key does not exist.
    if (this.#failure !== undefined) throw this.#failure
    return this.#kept?.keySet ?? keySet
  }

  /** @throws {VerificationError} `keys_unavailable` */
  async keySet(): Promise<KeySet> {
    const kept = this.#kept
    if (kept === undefined || this.#isOver(kept.since, this.#policy.keysStaleFor)) {
      if (this.#failure !== undefined && this.#isPausing()) throw this.#failure
      return keySetOf(await this.#load())
    }
    if (this.#isWithin(kept.since, kept.freshFor) || this.#isPausing()) return kept.keySet
    const flight = this.#flightUnderWay()
    // In workerd a flight is lost when the request that began it ends: then the next request waits for its own.
    const wasLost = flight === undefined && this.#flight !== undefined
    const mustWait = wasLost || this.#mayBeOutdated(kept)
    if (flight !== undefined && !mustWait) return kept.keySet
    const load = this.#load()
    if (!mustWait) return kept.keySet
    const outcome = await load
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

  #isPausing(): boolean {
    const step = Math.min(LONGEST_STEP, FIRST_STEP * 2 ** (this.#failures - 1))
    return this.#failures > 0 && this.#isWithin(this.#lastLoad, step)
  }

  // By the clock and not by its timer alone: in workerd both belong to the request that began the flight.
  #flightUnderWay(): Flight | undefined {
    const { fetchTimeout } = this.#policy
    return this.#isWithin(this.#flight?.since, fetchTimeout + OVERDUE) ? this.#flight : undefined
  }

  // Each who waits has a time limit of his own and a second try, should the flight be lost with its request.
  async #load(): Promise<Outcome> {
    const longest = this.#policy.fetchTimeout + OVERDUE
    const first = this.#flightUnderWay() ?? this.#begin()
    const outcome = await within(longest, first.outcome)
    if (outcome !== undefined) return outcome
    const next = this.#flight === undefined || this.#flight === first ? this.#begin() : this.#flight
    const second = await within(longest, next.outcome)
    return second ?? { error: unavailable(this.#issuer, 'it did not answer in time') }
  }

  #begin(): Flight {
    const since = this.#policy.now()
    this.#lastLoad = since
    const outcome = this.#policy.load(this.#issuer).then(
      (published): Outcome => this.#landed(published),
      (error: VerificationError): Outcome => this.#failed(error),
    )
    const flight = { since, outcome }
    this.#flight = flight
    void outcome.then(() => {
      if (this.#flight === flight) this.#flight = undefined
    })
    return flight
  }

  #landed({ keySet, maxAge }: PublishedKeys): Outcome {
    const { keysFreshFor, now } = this.#policy
    const least = Math.min(LEAST_FRESH, keysFreshFor)
    const freshFor = Math.min(keysFreshFor, Math.max(least, maxAge ?? keysFreshFor))
    this.#kept = { keySet, since: now(), freshFor }
    this.#failures = 0
    this.#failure = undefined
    this.#lastFailure = undefined
    return { keySet }
  }

  #failed(error: VerificationError): Outcome {
    this.#failures += 1
    this.#failure = error
    this.#lastFailure = this.#policy.now()
    return { error }
  }
}

function keySetOf(outcome: Outcome): KeySet {
  if ('error' in outcome) throw outcome.error
  return outcome.keySet
}

/** What the promise brings, or `undefined` after so many milliseconds. */
async function within<T>(length: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<undefined>((resolve) => {
    try {
      timer = setTimeout(resolve, length)
    } catch {
      // workerd allows a request 10,000 timers: one that has as many waits on the flight's own.
    }
  })
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
