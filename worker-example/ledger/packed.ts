// Items in packs, none of which is larger than where it goes may take: a row of SQLite 2 MB, a batch of a queue 256 KB.
// https://developers.cloudflare.com/durable-objects/platform/limits/ https://developers.cloudflare.com/queues/platform/limits/

/** The most of one pack: so many items, and so much JSON, a character of which takes three bytes at the most. */
export interface PackSize {
  readonly items: number
  readonly characters: number
}

/** In their order. One that is larger than a pack has one to itself. */
export function packed<Item>(items: readonly Item[], most: PackSize): Item[][] {
  const packs: Item[][] = []
  let left = 0
  for (const item of items) {
    const { length } = JSON.stringify(item)
    const last = packs.at(-1)
    if (last !== undefined && last.length < most.items && length <= left) {
      last.push(item)
      left -= length
    } else {
      packs.push([item])
      left = most.characters - length
    }
  }
  return packs
}
