// What it costs to remember one more token against how many are remembered, each of which pushes out the oldest: a service
// that sees more callers than it remembers pays it for every token.

import { Recent } from '../../src/recent.ts'
import { type Growth, grow } from '../measure/growth.ts'
import { timed } from '../measure/in-process.ts'

export async function growthOfMemory(quick: boolean): Promise<Growth> {
  const sizes = quick ? [10, 1000] : [10, 100, 1000, 10_000, 100_000]
  const calls = new Map(sizes.map((size) => [size, remembering(size)]))
  const points = await grow('ours', sizes, quick ? 1 : 9, async (size) => {
    const call = calls.get(size)
    if (call === undefined) throw new Error(`No memory of ${size}`)
    return timed(call, { turn: quick ? 10 : 150, calls: 1000 })()
  })
  return {
    kind: 'growth',
    title: 'Remembering a token, by tokens remembered',
    cause: 'tokens',
    unit: 'µs',
    points,
  }
}

/** Remembers another one at each call; the memory is full. */
function remembering(size: number): () => void {
  const memory = new Recent<number>(size)
  let count = 0
  const remember = () => {
    count += 1
    memory.set(nameOf(count), count)
  }
  for (let index = 0; index < size; index += 1) remember()
  return () => {
    remember()
    const isBounded = memory.get(nameOf(count - size)) === undefined
    if (memory.get(nameOf(count)) !== count || !isBounded) throw new Error('Others are remembered')
  }
}

/** As long as a SHA-256 in base64. */
function nameOf(count: number): string {
  return String(count).padStart(44, '0')
}
