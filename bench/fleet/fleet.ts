// A fleet of isolates: each serves callers that come at random, ends after a while, and is replaced when the next caller
// comes. A caller who must find a fresh token is counted without being simulated: from one that found a token until the
// earliest time at which any source renews it, nothing can happen.

import type { Clock } from './clock.ts'
import type { Measure } from './measure.ts'
import type { Caller } from './policies.ts'
import type { Random } from './random.ts'

export interface FleetOptions {
  readonly isolates: number
  readonly locations: number
  /** Callers a second in each isolate. */
  readonly rate: number
  /** The mean, in milliseconds. */
  readonly isolateLifetime: number
  /** When all isolates are replaced. */
  readonly deployments: readonly number[]
  /** Over how long the first isolates start. */
  readonly startsWithin: number
  readonly end: number
  readonly start: (location: number) => Caller
  /** The earliest time at which a source renews the token that is given out. */
  readonly quietUntil: (token: string) => number
}

/** While tokens are fresh, one caller in so many milliseconds is enough to see a renewal begin. */
const PROBE = 10_000

interface Slot {
  readonly location: number
  call: Caller | undefined
  diesAt: number
}

export function runFleet(clock: Clock, random: Random, measure: Measure, options: FleetOptions): void {
  const { isolates, rate, isolateLifetime, deployments, startsWithin, end, quietUntil } = options
  const mean = 1000 / rate
  const probe = Math.max(mean, PROBE)

  for (let index = 0; index < isolates; index += 1) {
    const slot: Slot = { location: locationOf(random, options.locations), call: undefined, diesAt: 0 }
    come(slot, startsWithin * random.next() + random.exponential(mean))
  }

  function come(slot: Slot, time: number): void {
    if (time < end) clock.at(time, () => arrive(slot), undefined)
  }

  function arrive(slot: Slot): void {
    const began = clock.now
    if (slot.call === undefined || began >= slot.diesAt) {
      slot.call = options.start(slot.location)
      const deployment = deployments.find((each) => each > began) ?? Number.POSITIVE_INFINITY
      slot.diesAt = Math.min(began + random.exponential(isolateLifetime), deployment)
      if (measure.isWithin(began)) measure.starts += 1
    }
    let isFresh = false
    slot.call().then(
      (token) => {
        measure.caller(began, clock.now, false)
        if (clock.now > began) return
        isFresh = true
        skip(slot, quietUntil(token))
      },
      () => measure.caller(began, clock.now, true),
    )
    // Once the code has come to rest: who has no token yet, or an error, has all his fellows simulated.
    clock.at(began, () => {
      if (!isFresh) come(slot, began + random.exponential(mean))
    })
  }

  function skip(slot: Slot, quietUntil: number): void {
    const { now } = clock
    const from = Math.min(Math.max(now, quietUntil), Math.max(now, slot.diesAt))
    const hasDied = from >= slot.diesAt
    const next = from + random.exponential(hasDied ? mean : probe)
    const thinned = hasDied ? 0 : (measure.overlap(from, next) / 1000) * (rate - 1000 / probe)
    measure.callers += (measure.overlap(now, from) / 1000) * rate + thinned
    come(slot, next)
  }
}

// A few locations have many isolates, many have a few.
function locationOf(random: Random, locations: number): number {
  return Math.floor(locations * random.next() ** 2)
}
