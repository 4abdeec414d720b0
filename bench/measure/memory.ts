// What the heap holds, in bytes. The benches run with `--expose-gc`.

import { setTimeout } from 'node:timers/promises'

/** What is in use, and nothing that could be collected. */
export function heapInUse(): number {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('Run it with node --expose-gc')
  gc()
  return process.memoryUsage().heapUsed
}

/** The same, once what the collector leaves to be finished by tasks of its own, such as the bodies of responses, is gone too. */
export async function heapAtRest(): Promise<number> {
  heapInUse()
  await setTimeout(100)
  return heapInUse()
}

/** What a call that gives a promise allocates, the promise and what hangs on it included. */
export async function allocatedBy(call: () => Promise<unknown>, calls: number): Promise<number> {
  const all = new Array<unknown>(calls).fill(undefined)
  const before = heapInUse()
  // Nobody waits between them: what the heap has grown by is theirs.
  for (let index = 0; index < calls; index += 1) all[index] = call()
  const grown = process.memoryUsage().heapUsed - before
  await Promise.all(all)
  return Math.round(grown / calls)
}

/** What stays of each thing that is made. */
export async function keptBy(make: () => Promise<unknown>, times: number): Promise<number> {
  const all = new Array<unknown>(times).fill(undefined)
  await make()
  const before = heapInUse()
  for (let index = 0; index < times; index += 1) all[index] = await make()
  const grown = heapInUse() - before
  if (all.includes(undefined)) throw new Error('They were collected')
  return Math.round(grown / times)
}
