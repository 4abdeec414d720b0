// What is to happen, by time: a binary heap.

export interface Entry {
  readonly time: number
  /** Of two at one time the older is first. */
  readonly order: number
}

export class Queue<Item extends Entry> {
  readonly #heap: Item[] = []

  get first(): Item | undefined {
    return this.#heap[0]
  }

  add(item: Item): void {
    const heap = this.#heap
    let index = heap.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isBefore(item, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = item
  }

  take(): Item | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      let child = left
      const [one, other] = [heap[left], heap[left + 1]]
      if (one === undefined) break
      if (other !== undefined && isBefore(other, one)) child = left + 1
      const below = child === left ? one : (other ?? one)
      if (!isBefore(below, last)) break
      heap[index] = below
      index = child
    }
    heap[index] = last
    return first
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
