// Simulated time: timers, clocks and chance of the whole thread are the simulation's while it runs. After each event the
// code under test goes on until nothing of it can go on without a later event.

import { pendingCrypto, watchCrypto } from './crypto.ts'
import { type Entry, Queue } from './queue.ts'
import type { Random } from './random.ts'

/** The simulation begins then. */
const EPOCH = Date.UTC(2026, 0, 1)

interface Event extends Entry {
  run: (() => void) | undefined
  /** Runs once the code under test has come to rest. */
  readonly settled: (() => void) | undefined
}

const realSetImmediate = setImmediate

export class Clock {
  readonly #queue = new Queue<Event>()
  #now = 0
  #order = 0
  #isCleared = new WeakSet<object>()
  /** How many events ran. */
  events = 0

  /** In milliseconds since the beginning. */
  get now(): number {
    return this.#now
  }

  at(time: number, run: () => void, settled?: () => void): Event {
    this.#order += 1
    const event = { time: Math.max(time, this.#now), order: this.#order, run, settled }
    this.#queue.add(event)
    return event
  }

  after(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.#now + delay, resolve)
    })
  }

  /** Runs what is due up to that time. */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      const event = this.#queue.first
      if (event === undefined || event.time > end) break
      this.#queue.take()
      if (event.run === undefined) continue
      this.#now = event.time
      this.events += 1
      event.run()
      await rest()
      event.settled?.()
    }
    this.#now = end
  }

  /** Puts this clock in place of the thread's, and the chance too. Gives what undoes it. */
  install(random: Random): () => void {
    const originals = { setTimeout, clearTimeout, setInterval, clearInterval }
    const { now } = Date
    const { random: realRandom } = Math
    const unwatch = watchCrypto()
    const clear = (timer: unknown) => this.#clear(timer)
    Object.assign(globalThis, {
      setTimeout: (run: () => void, delay = 0) => this.at(this.#now + Math.max(1, delay), run),
      clearTimeout: clear,
      setInterval: (run: () => void, delay: number) => this.#repeat(run, Math.max(1, delay)),
      clearInterval: clear,
    })
    Date.now = () => EPOCH + Math.floor(this.#now)
    Math.random = random.next
    // Its own property hides the prototype's, and goes away again.
    Object.defineProperty(performance, 'now', { value: () => this.#now, configurable: true })
    return () => {
      Object.assign(globalThis, originals)
      Date.now = now
      Math.random = realRandom
      Reflect.deleteProperty(performance, 'now')
      unwatch()
    }
  }

  #repeat(run: () => void, delay: number): object {
    const timer = { run: undefined as (() => void) | undefined, event: undefined as Event | undefined }
    const next = () => {
      timer.event = this.at(this.#now + delay, () => {
        run()
        if (!this.#isCleared.has(timer)) next()
      })
    }
    next()
    return timer
  }

  // What was cleared stays in the queue until its time comes, but holds nothing any more.
  #clear(timer: unknown): void {
    if (typeof timer !== 'object' || timer === null) return
    this.#isCleared.add(timer)
    if ('event' in timer) this.#clear(timer.event)
    else if ('run' in timer) timer.run = undefined
  }
}

/**
 * Resolves when the code under test can't go on by itself. Before an immediate runs, all microtasks have run, however
 * many followed from each other; an `import()` of a module that is loaded is microtasks alone (`checkImports` sees to
 * that); what WebCrypto does on other threads is counted.
 */
async function rest(): Promise<void> {
  do await new Promise<void>((resolve) => realSetImmediate(resolve))
  while (pendingCrypto() > 0)
}

/** @throws where an `import()` of a loaded module takes more than microtasks: then time would go on before it is done. */
export async function checkImports(load: () => Promise<unknown>): Promise<void> {
  await load()
  let isLater = false
  realSetImmediate(() => {
    isLater = true
  })
  await load()
  if (isLater)
    throw new Error('An import() of a loaded module is not microtasks alone: the clock would run ahead')
}
