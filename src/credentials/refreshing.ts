// Keeps credentials until shortly before their end and renews them in a single flight, for each provider of
// this room. Whoever asks, and however many: a source is never asked twice at a time, and one that is down is
// asked once in each step of a backoff.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html

import { withinDeadline } from '../http/deadline.ts'
import { SingleFlight } from '../single-flight.ts'
import { failureOf } from './failure.ts'
import type { ProvidedCredentials, RefreshingProvider } from './provider.ts'

/** Where credentials come from. */
export interface Source<Found> {
  /** The provider's name, for its errors. */
  readonly name: string
  /** The bound on a `load`, in milliseconds. */
  readonly timeout: number
  /** What the environment tells of the source. It asks nobody, so that its failure holds nothing back. */
  find(): Found
  /** The time by the source's own clock, in milliseconds since 1970; this machine's when absent. */
  now?(): number
  /** Asks the source. */
  load(found: Found, signal: AbortSignal): Promise<ProvidedCredentials>
}

/** The time in milliseconds since 1970, and a random number from 0 to 1. */
export interface Chance {
  now(): number
  random(): number
}

/** New credentials are asked for so long before the end of the old ones, in milliseconds. */
export const REFRESH_AHEAD = 300_000
const FIRST_STEP = 1000
const LONGEST_STEP = 60_000

// Looked up at each use, as a test's fake clock replaces them later.
const real: Chance = { now: () => Date.now(), random: () => Math.random() }

/** A provider that keeps what the source gives, for itself alone. */
export function refreshing<Found>(source: Source<Found>, chance: Chance = real): RefreshingProvider {
  const kept = new KeptCredentials(source, chance)
  return (options) => kept.get(options?.forceRefresh === true)
}

type Outcome = { readonly credentials: ProvidedCredentials } | { readonly error: unknown }

/** A stretch of time, told by its beginning: after a clock was set back it is over, and not a day long. */
interface Stretch {
  readonly since: number
  readonly length: number
}

/** Until it is over, the last outcome stands and the source is left alone. */
interface Pause extends Stretch {
  readonly outcome: Outcome
}

class KeptCredentials<Found> {
  readonly #source: Source<Found>
  readonly #chance: Chance
  #kept: ProvidedCredentials | undefined
  readonly #flights = new SingleFlight<Outcome>((isCurrent) => this.#fly(isCurrent))
  #isForced = false
  #pause: Pause | undefined
  /** Loads in a row that failed, or brought nothing that is fresh. */
  #failures = 0

  constructor(source: Source<Found>, chance: Chance) {
    this.#source = source
    this.#chance = chance
  }

  async get(force: boolean): Promise<ProvidedCredentials> {
    // Who forces a refresh has seen AWS refuse what is kept: better an error than the same again.
    const old = force ? undefined : this.#kept
    if (old !== undefined && this.#isValidFor(old, REFRESH_AHEAD)) return copyOf(old)
    const { isUnderWay } = this.#flights
    // One caller waits for the new ones; the others need not, while the old ones are good.
    if (isUnderWay && old !== undefined && this.#isValidFor(old, 0)) return copyOf(old)
    // A flight under way is newer than anything that a caller may hold: who forces a refresh joins it too.
    const known = isUnderWay ? undefined : this.#outcomeOfPause()
    if (!isUnderWay) this.#isForced = force
    const outcome = known ?? (await this.#flights.wait(undefined))
    if ('credentials' in outcome) return copyOf(outcome.credentials)
    if (old !== undefined && this.#isValidFor(old, 0)) return copyOf(old)
    throw outcome.error
  }

  #isValidFor({ expiration }: ProvidedCredentials, milliseconds: number): boolean {
    // An expiration is compared with the clock of whoever set it.
    const now = this.#source.now?.() ?? this.#chance.now()
    return expiration === undefined || expiration.getTime() - now > milliseconds
  }

  #isRunning({ since, length }: Stretch): boolean {
    const elapsed = this.#chance.now() - since
    return elapsed >= 0 && elapsed < length
  }

  #outcomeOfPause(): Outcome | undefined {
    return this.#pause !== undefined && this.#isRunning(this.#pause) ? this.#pause.outcome : undefined
  }

  async #fly(isCurrent: () => boolean): Promise<Outcome> {
    const wasForced = this.#isForced
    const { outcome, wasAsked } = await this.#load()
    if (isCurrent() && wasAsked) this.#land(outcome, wasForced)
    return outcome
  }

  async #load(): Promise<{ outcome: Outcome; wasAsked: boolean }> {
    const { name, timeout } = this.#source
    let wasAsked = false
    try {
      const found = this.#source.find()
      wasAsked = true
      const credentials = await withinDeadline(timeout, undefined, ({ signal, waitingFor }) => {
        waitingFor('the credentials', 0)
        return this.#source.load(found, signal)
      })
      return { outcome: { credentials }, wasAsked }
    } catch (error) {
      return { outcome: { error: failureOf(name, error) }, wasAsked }
    }
  }

  #land(outcome: Outcome, wasForced: boolean): void {
    if ('credentials' in outcome) this.#kept = outcome.credentials
    const since = this.#chance.now()
    if ('credentials' in outcome && this.#isValidFor(outcome.credentials, REFRESH_AHEAD)) {
      this.#failures = 0
      // A thousand calls that AWS refuses within a second force one refresh and not a thousand.
      this.#pause = wasForced ? { since, length: FIRST_STEP, outcome } : undefined
      return
    }
    // Credentials that end soon, or that by this machine's clock are over already, are given out for what they
    // are: the clock may be wrong, and AWS decides. But the source is not asked again at each call.
    const step = Math.min(LONGEST_STEP, FIRST_STEP * 2 ** this.#failures)
    this.#failures += 1
    this.#pause = { since, length: this.#chance.random() * step, outcome }
  }
}

// The AWS SDK writes into the credentials that a provider gives it.
function copyOf({ expiration, ...credentials }: ProvidedCredentials): ProvidedCredentials {
  return expiration === undefined ? credentials : { ...credentials, expiration: new Date(expiration) }
}
