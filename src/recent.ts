// A bounded map by name, of which the least recently used goes first.

export class Recent<Value> {
  readonly #limit: number
  // A `Map` keeps the order of insertion: what is used is taken out and put in again.
  readonly #entries = new Map<string, Entry<Value>>()
  // What it gave was dropped, so that what it gives next is the oldest. A new iterator walks past the holes of all that was
  // taken out, of which V8 lets as many stand as there are entries; one that is kept and not asked holds on to each
  // table that the map outgrew. So a new one is taken once as many were put in again as there are.
  #oldest = this.#entries.keys()
  #moved = 0

  /** @param limit how many it holds, at least one */
  constructor(limit: number) {
    this.#limit = limit
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** What was set; it counts as used. */
  get(name: string): Value | undefined {
    const entry = this.#entries.get(name)
    if (entry !== undefined) this.#keep(entry)
    return entry?.value
  }

  set(name: string, value: Value): void {
    const ownName = this.#entries.get(name)?.ownName ?? copied(name)
    this.#keep({ ownName, value })
    if (this.#entries.size <= this.#limit) return
    const { value: oldest } = this.#oldest.next()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }

  delete(name: string): void {
    this.#entries.delete(name)
  }

  #keep(entry: Entry<Value>): void {
    this.#entries.delete(entry.ownName)
    this.#entries.set(entry.ownName, entry)
    this.#moved += 1
    if (this.#moved <= this.#entries.size) return
    this.#oldest = this.#entries.keys()
    this.#moved = 0
  }
}

interface Entry<Value> {
  readonly ownName: string
  readonly value: Value
}

// In V8 a part of a text holds on to the whole, and a name may be part of a token: only what is parsed anew is no part.
function copied(text: string): string {
  return JSON.parse(JSON.stringify(text))
}
