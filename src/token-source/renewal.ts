// Keeps a token fresh: gives what is good, renews it ahead in one flight for all, and asks at most once in each step
// of a backoff while nothing can be had. It has no timer but that of a flight, so that it keeps no process alive.

import { isWebIdentityError, ResponseError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { emit } from '../query/event.ts'
import { SingleFlight } from '../single-flight.ts'
import { Backoff } from './backoff.ts'
import { disposed } from './disposed.ts'
import type { OnTokenSourceEvent, RefreshFailedEvent, TokenEvent } from './event.ts'
import { type FreshnessPolicy, type KeptToken, keep, type Token } from './fresh-token.ts'

/** Where tokens come from. */
export interface Origin {
  /** The server's time in milliseconds since 1970, as far as it is known. */
  now(): number
  /**
   * @param wanted whether a token that is there already will do
   * @param refused the token that a relying party refused
   */
  load(wanted: (token: Token) => boolean, signal: AbortSignal, refused: string | undefined): Promise<Arrival>
  /** Drops what others would find: any token, or that one if it is still the one. */
  forget(token: string | undefined): Promise<void>
}

/** A token that came. */
export interface Arrival {
  readonly token: Token
  readonly from: TokenEvent['from']
  /** How far the server's clock is ahead of `now()`, where the arrival told, in milliseconds. */
  readonly drift?: number
}

/** How a token is kept. */
export interface RenewalOptions extends Omit<FreshnessPolicy, 'chance'> {
  /** The bound on one flight, in milliseconds. */
  readonly timeout: number
  /** The longest step of the backoff, in milliseconds; 30,000 when absent. */
  readonly longestStep?: number
  /** Told of work that should outlive the request that began it. */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined
  readonly onEvent?: OnTokenSourceEvent | undefined
}

/** Who had no newer token, or none that lasts, is asked for one again after so long, in milliseconds. */
const NO_NEWS = 5000
/** The bound on dropping a token where others would find it, in milliseconds. */
const FORGET_TIMEOUT = 5000

type Outcome = { readonly kept: KeptToken; readonly from: Arrival['from'] } | { readonly error: unknown }

export class Renewal {
  readonly #origin: Origin
  readonly #options: RenewalOptions
  readonly #flights = new SingleFlight<Outcome>((isCurrent) => this.#fly(isCurrent))
  /** Ends the flight under way; made for each, since it takes more memory than all else here. */
  #landing: AbortController | undefined
  #isDisposed = false
  #kept: KeptToken | undefined
  /** What was invalidated, and what is no newer, is not taken from a store again, which may be slow to forget. */
  #refused: string | undefined
  #refusedUpTo = Number.NEGATIVE_INFINITY
  #drift = 0
  #chance: number | undefined
  /** The most that anybody who waits wants to be left of his token, in milliseconds. */
  #wantedLeft = Number.NEGATIVE_INFINITY
  /** What was left of the token that came for somebody who wanted more. Until then, who wants more than that is told so. */
  #shortfall: { readonly left: number; readonly until: number } | undefined
  readonly #backoff: Backoff
  /** When the last token came, by both clocks: one of them may be set back, or sleep. */
  #came: { readonly wall: number; readonly monotonic: number } | undefined

  constructor(origin: Origin, options: RenewalOptions) {
    this.#origin = origin
    this.#options = options
    this.#backoff = new Backoff(options.longestStep)
  }

  /** The token, if it is fresh and nothing is to be done. */
  peek(): KeptToken | undefined {
    const kept = this.#kept
    return kept !== undefined && this.now() < kept.refreshAt ? kept : undefined
  }

  /**
   * A fresh token, of which at least `minimumValidity` milliseconds are left.
   *
   * @throws the error of the flight, or of the last one while nothing is asked. @throws {ResponseError} what came has less left.
   */
  async get(signal?: AbortSignal, minimumValidity = Number.NEGATIVE_INFINITY): Promise<KeptToken> {
    signal?.throwIfAborted()
    const kept = this.#isDisposed ? undefined : this.#fresh(minimumValidity)
    if (kept !== undefined && (this.peek() !== undefined || this.#backoff.isPausing)) return kept
    // One that nobody waited for was lost with its request, in Workers without `waitUntil`: this one is waited for.
    if (kept !== undefined && !this.#flights.hasLost) {
      this.#flights.begin()
      return kept
    }
    if (this.#isDisposed) throw disposed()
    const failure = this.#backoff.failure ?? this.#shortfallOf(minimumValidity)
    if (failure !== undefined) throw failure.error
    this.#wantedLeft = Math.max(this.#wantedLeft, minimumValidity)
    const outcome = await this.#flights.wait(signal)
    if ('kept' in outcome && this.#leftOf(outcome.kept) >= minimumValidity) return outcome.kept
    if (kept !== undefined) return kept
    if ('error' in outcome) throw outcome.error
    // The store was looked into before this caller came, who wants more than it had.
    if (outcome.from === 'store') return this.get(signal, minimumValidity)
    const left = this.#leftOf(outcome.kept)
    this.#shortfall = { left, until: performance.now() + NO_NEWS }
    throw tooShort(left, minimumValidity)
  }

  /** Renews the token if its time has come. It never rejects: what went wrong is told by the event. */
  async renew(): Promise<void> {
    if (this.peek() === undefined && !this.#backoff.isPausing) await this.#flights.wait(undefined)
  }

  /** After so many milliseconds there is something to {@link renew}. */
  dueIn(): number {
    return Math.max(this.#backoff.rest, (this.#kept?.refreshAt ?? 0) - this.now())
  }

  /** The server's time in milliseconds since 1970, as far as it is known. */
  now(): number {
    const wall = this.#origin.now() + this.#drift
    if (this.#came === undefined) return wall
    return Math.max(wall, this.#came.wall + performance.now() - this.#came.monotonic)
  }

  /** Drops the token, here and where others would find it: any, or that one if it is still the current one. */
  async invalidate(token?: string): Promise<void> {
    const kept = this.#kept
    if (kept !== undefined && token !== undefined && token !== kept.value) return
    if (kept !== undefined) emit(this.#options.onEvent, { type: 'invalidated' })
    this.#kept = undefined
    this.#shortfall = undefined
    this.#refused = token ?? kept?.value
    this.#refusedUpTo = kept?.mintedAt ?? (token === undefined ? this.now() : this.#refusedUpTo)
    try {
      const dropping = async () => this.#origin.forget(this.#refused)
      await withinDeadline(FORGET_TIMEOUT, undefined, dropping)
    } catch (error) {
      // What is still there is not taken: nobody is to be held up by it.
      emit(this.#options.onEvent, { type: 'store_failed', action: 'delete', reason: codeOf(error) })
    }
  }

  dispose(): void {
    this.#kept = undefined
    this.#isDisposed = true
    this.#landing?.abort(disposed())
  }

  #fresh(minimumValidity = Number.NEGATIVE_INFINITY): KeptToken | undefined {
    const kept = this.#kept
    if (kept === undefined || this.now() >= kept.staleAt) return undefined
    return this.#leftOf(kept) < minimumValidity ? undefined : kept
  }

  #leftOf(token: Token): number {
    return token.expiresAt - this.now()
  }

  // Who wants more than can be had, again and again, does not have a token minted each time.
  #shortfallOf(minimumValidity: number): { readonly error: unknown } | undefined {
    const { left, until } = this.#shortfall ?? { left: minimumValidity, until: 0 }
    const isKnown = left < minimumValidity && performance.now() < until
    return isKnown ? { error: tooShort(left, minimumValidity) } : undefined
  }

  async #fly(isCurrent: () => boolean): Promise<Outcome> {
    const outcome = this.#load(isCurrent)
    // As an event is: outside of a request it throws, and there is nothing that could be made to wait.
    emit(this.#options.waitUntil, outcome)
    return outcome
  }

  async #load(isCurrent: () => boolean): Promise<Outcome> {
    const landing = new AbortController()
    this.#landing = landing
    try {
      const arrival = await withinDeadline(this.#options.timeout, landing.signal, (deadline) => {
        deadline.waitingFor('a fresh token', 0)
        return this.#ask(deadline.signal)
      })
      if (this.#isDisposed) throw disposed()
      return { kept: isCurrent() ? this.#land(arrival) : this.#keep(arrival.token), from: arrival.from }
    } catch (error) {
      if (isCurrent()) this.#fail(error)
      return { error }
    } finally {
      if (isCurrent()) this.#wantedLeft = Number.NEGATIVE_INFINITY
      if (this.#landing === landing) this.#landing = undefined
    }
  }

  // What was on its way when it was refused, or comes from where that is not known yet, is asked for once more.
  async #ask(signal: AbortSignal): Promise<Arrival> {
    for (let attempt = 1; ; attempt += 1) {
      const wanted = (token: Token) => this.#isWanted(token)
      const arrival = await this.#origin.load(wanted, signal, this.#refused)
      const { value, mintedAt, expiresAt } = arrival.token
      if (typeof value !== 'string' || !(mintedAt < expiresAt)) throw useless('no token', attempt)
      if (value !== this.#refused) return arrival
      if (attempt === 2) throw useless('the token that was refused', attempt)
    }
  }

  // Whether it is better than what is here; who has a good one wants one that need not be renewed at once.
  #isWanted(token: Token): boolean {
    const { mintedAt, refreshAt, staleAt } = this.#keep(token)
    if (token.value === this.#refused) return false
    const isNewer = mintedAt > Math.max(this.#refusedUpTo, this.#kept?.mintedAt ?? Number.NEGATIVE_INFINITY)
    if (!isNewer || this.#leftOf(token) < this.#wantedLeft) return false
    return this.now() < (this.#fresh() === undefined ? staleAt : refreshAt)
  }

  #keep(token: Token): KeptToken {
    // Not before: a Worker has no random numbers outside of a request.
    this.#chance ??= Math.random()
    return keep(token, { ...this.#options, chance: this.#chance })
  }

  #land({ token, from, drift }: Arrival): KeptToken {
    const isNew = token.mintedAt !== this.#kept?.mintedAt
    const kept = this.#keep(token)
    this.#kept = kept
    if (drift !== undefined) this.#drift = drift
    this.#came = undefined
    this.#came = { wall: this.now(), monotonic: performance.now() }
    // A broker that has nothing newer yet is not asked again at once.
    this.#backoff.succeed(isNew ? 0 : NO_NEWS)
    if (isNew) emit(this.#options.onEvent, { type: 'token', from, expiration: new Date(token.expiresAt) })
    return kept
  }

  #fail(error: unknown): void {
    if (this.#isDisposed) return
    const delay = this.#backoff.fail(error)
    const isCovered = this.#fresh(this.#wantedLeft) !== undefined
    emit(this.#options.onEvent, { type: 'refresh_failed', ...factsOf(error), delay, isCovered })
  }
}

function useless(what: string, attempts: number): ResponseError {
  const message = `What came in place of a new token was ${what}`
  return new ResponseError('unexpected_reply', message, { retryable: true, attempts })
}

function tooShort(left: number, minimumValidity: number): ResponseError {
  return useless(`one with ${Math.floor(left)} ms left, where ${minimumValidity} ms were asked for`, 1)
}

type Facts = Pick<RefreshFailedEvent, 'errorCode' | 'message' | 'remedy' | 'requestId'>

function factsOf(error: unknown): Facts {
  // Of another's error nothing is told, though it may have members of these names: they may say anything.
  const known: Partial<Facts> = isWebIdentityError(error) ? error : {}
  return {
    errorCode: codeOf(error),
    message: known.message,
    remedy: known.remedy,
    requestId: known.requestId,
  }
}

function codeOf(error: unknown): string {
  return isWebIdentityError(error) ? error.code : 'unknown'
}
