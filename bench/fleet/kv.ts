// A simulated Workers KV with one key, as unkind as its documentation allows: each location looks at the central stores
// once in 60 s, at a time of its own, and between two looks a read finds what was there at the last one, be it nothing.
// A write is seen at once only where it was made.
// https://developers.cloudflare.com/kv/concepts/how-kv-works/

import type { TokenStore } from '../../src/token-source/store-options.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** In milliseconds. */
const BETWEEN_LOOKS = 60_000
const NEAR = { median: 4, sigma: 0.5 }
/** Where nobody has read for a while. */
const FAR = { median: 60, sigma: 0.6 }
const WRITE = { median: 150, sigma: 0.5 }
/** To one key, one a second is taken. */
const BETWEEN_WRITES = 1000

interface Version {
  readonly value: string | null
  readonly time: number
  readonly location: number
}

interface Location {
  readonly phase: number
  readAt: number
}

export class Kv {
  readonly #clock: Clock
  readonly #random: Random
  readonly #locations = new Map<number, Location>()
  /** The last first. */
  #versions: readonly Version[] = []
  reads = 0
  writes = 0
  refusedWrites = 0

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** As an isolate at that location has it. */
  at(location: number): TokenStore {
    return {
      get: () => this.#get(location),
      set: (_, value) => this.#set(location, value),
      delete: () => this.#set(location, null),
    }
  }

  async #get(location: number): Promise<string | null> {
    this.reads += 1
    const there = this.#locations.get(location) ?? {
      phase: this.#random.next() * BETWEEN_LOOKS,
      readAt: Number.NEGATIVE_INFINITY,
    }
    this.#locations.set(location, there)
    const { now } = this.#clock
    const isNear = now - there.readAt < BETWEEN_LOOKS
    there.readAt = now
    await this.#clock.after(this.#random.logNormal(isNear ? NEAR : FAR))
    const lookedAt = now - ((now + there.phase) % BETWEEN_LOOKS)
    const seen = this.#versions.find((each) => each.location === location || each.time <= lookedAt)
    return seen?.value ?? null
  }

  async #set(location: number, value: string | null): Promise<void> {
    this.writes += 1
    await this.#clock.after(this.#random.logNormal(WRITE))
    const { now } = this.#clock
    if (now - (this.#versions[0]?.time ?? Number.NEGATIVE_INFINITY) < BETWEEN_WRITES) {
      this.refusedWrites += 1
      throw new Error('KV PUT failed: 429 Too Many Requests')
    }
    // What every location has seen needs no predecessor.
    const old = this.#versions.findIndex(({ time }) => time < now - BETWEEN_LOOKS)
    const kept = old < 0 ? this.#versions : this.#versions.slice(0, old + 1)
    this.#versions = [{ value, time: now, location }, ...kept]
  }
}
