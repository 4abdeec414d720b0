// A store in memory that several sources share, as several isolates would, and sources that stand for isolates.

import { vi } from 'vitest'
import type { TokenSourceOptions, TokenStore } from '../../src/index.ts'
import { type FakeSts, type Stage, stage } from './support.ts'

/** A key of 32 bytes. */
export const keyOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

export interface MemoryStore {
  readonly entries: Map<string, unknown>
  /** For how long each entry that was set is to be kept, in order. */
  readonly ttls: { readonly ttlSeconds: number; readonly ttl: number }[]
  get(key: string): unknown
  set(key: string, value: string, options: { ttlSeconds: number; ttl: number }): unknown
  delete(key: string): unknown
}

export function memoryStore(replaced: Partial<MemoryStore> = {}): MemoryStore {
  const entries = new Map<string, unknown>()
  const ttls: MemoryStore['ttls'] = []
  return {
    entries,
    ttls,
    get: async (key) => entries.get(key) ?? null,
    async set(key, value, options) {
      entries.set(key, value)
      ttls.push(options)
    },
    delete: async (key) => entries.delete(key),
    ...replaced,
  }
}

export interface Isolate extends Stage {
  /** Until all that nobody waited for is done. */
  settled(): Promise<void>
}

/** A source with a memory of its own; its tokens are of one STS where that is given. */
export function isolate(
  store: TokenStore,
  { sts, ...options }: Partial<TokenSourceOptions> & { sts?: FakeSts } = {},
): Isolate {
  const work: Promise<unknown>[] = []
  const staged = stage({
    store,
    sealingKeys: keyOf(1),
    waitUntil: (promise: Promise<unknown>) => void work.push(promise),
    ...(sts === undefined ? {} : { sts }),
    ...options,
    // The union of options with and without a store is lost in `Partial`.
  } as Partial<TokenSourceOptions>)
  return {
    ...staged,
    sts: sts ?? staged.sts,
    // The list grows while its members are waited for.
    settled: async () => {
      for (let done = 0; done < work.length; done++) await work[done]
    },
  }
}

/** The one entry of a store: its name and its text. */
export function entryOf({ entries }: MemoryStore): [name: string, text: string] {
  const [entry, ...others] = entries
  if (entry === undefined || others.length > 0) throw new Error(`There are ${entries.size} entries.`)
  return [entry[0], String(entry[1])]
}

/** Waits, without the fake clock, for what is done behind the callers' backs; the test's own time is the bound. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await vi.advanceTimersByTimeAsync(0)
}
