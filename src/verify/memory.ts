// Remembers tokens that verified, by their SHA-256 and never by their text, in a bounded map of which the least
// recently used goes first. Only what was accepted gets in, so that nobody can fill it with forgeries.

/** A bounded map by digest. */
export class Memory<Remembered> {
  readonly #limit: number
  // A `Map` keeps the order of insertion: what is used is taken out and put in again.
  readonly #entries = new Map<string, Remembered>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(digest: string): Remembered | undefined {
    const entry = this.#entries.get(digest)
    if (entry !== undefined) this.set(digest, entry)
    return entry
  }

  set(digest: string, entry: Remembered): void {
    this.#entries.delete(digest)
    this.#entries.set(digest, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#limit && oldest !== undefined) this.#entries.delete(oldest)
  }
}
