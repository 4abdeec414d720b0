// Remembers what verified in a bounded map of which the least recently used goes first: tokens by their SHA-256 and never
// by their text, and headers, which are no secret, by theirs. Only what was accepted gets in, so that nobody can fill it
// with forgeries.

/** A bounded map by name. */
export class Memory<Remembered> {
  readonly #limit: number
  // A `Map` keeps the order of insertion: what is used is taken out and put in again.
  readonly #entries = new Map<string, Remembered>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(name: string): Remembered | undefined {
    const entry = this.#entries.get(name)
    if (entry !== undefined) this.set(name, entry)
    return entry
  }

  set(name: string, entry: Remembered): void {
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#limit && oldest !== undefined) this.#entries.delete(oldest)
  }
}
