// Remembers what verified in a bounded map of which the least recently used goes first: tokens by their SHA-256 and never
// by their text, and headers, which are no secret, by theirs. Only what was accepted gets in, so that nobody can fill it
// with forgeries.

/** A bounded map by name. */
export class Memory<Remembered> {
  readonly #limit: number
  // A `Map` keeps the order of insertion: what is used is taken out and put in again.
  readonly #entries = new Map<string, Entry<Remembered>>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(name: string): Remembered | undefined {
    const entry = this.#entries.get(name)
    if (entry !== undefined) this.#keep(entry)
    return entry?.remembered
  }

  set(name: string, remembered: Remembered): void {
    const ownName = this.#entries.get(name)?.ownName ?? copied(name)
    this.#keep({ ownName, remembered })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#limit && oldest !== undefined) this.#entries.delete(oldest)
  }

  #keep(entry: Entry<Remembered>): void {
    this.#entries.delete(entry.ownName)
    this.#entries.set(entry.ownName, entry)
  }
}

interface Entry<Remembered> {
  readonly ownName: string
  readonly remembered: Remembered
}

// In V8 a part of a text holds on to the whole, and a header is part of a token: only what is parsed anew is no part.
function copied(text: string): string {
  return JSON.parse(JSON.stringify(text))
}
