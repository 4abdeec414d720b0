// The program that mints as many tokens as its parent asks for, and tells what they took.

import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { callerOf } from '../contestants/mint/environment.ts'
import type { Connect, Mint } from '../contestants/mint/mint.ts'

/** What its parent asks for. */
export interface Order {
  readonly mints: number
  /** How many are under way at a time; the next of each follows when its last is there. */
  readonly atOnce: number
  /** Each must be this one. */
  readonly token: string
}

/** What it took. */
export interface Cost {
  /** User and system, all threads, in µs. */
  readonly cpu: number
  readonly milliseconds: number
  /** In use after garbage collections, in bytes; `undefined` without `--expose-gc`. */
  readonly heap: number | undefined
  /** The most memory that the process ever had, in bytes. */
  readonly peak: number
}

export async function run(connect: Connect): Promise<void> {
  const mint = connect(callerOf(process.env))
  process.on('message', (order: Order) => {
    void fill(order, mint).then((cost) => process.send?.(cost))
  })
  process.on('disconnect', () => process.exit())
}

async function fill({ mints, atOnce, token }: Order, mint: Mint): Promise<Cost> {
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  const row = async () => {
    for (let count = 0; count < mints / atOnce; count += 1) {
      if ((await mint()) !== token) throw new Error('It is another token')
    }
  }
  await Promise.all(Array.from({ length: atOnce }, row))
  const milliseconds = performance.now() - began
  const { user, system } = process.cpuUsage(cpuBefore)
  const peak = peakMemory()
  return { cpu: user + system, milliseconds, heap: await settledHeap(), peak }
}

// What listens to a signal and what is to be finalized goes by and by: each collection lets something go for the next.
async function settledHeap(): Promise<number | undefined> {
  const { gc } = globalThis
  if (gc === undefined) return undefined
  for (let round = 0; round < 4; round += 1) {
    await setTimeout(20)
    await gc()
  }
  return process.memoryUsage().heapUsed
}

// `maxRSS` of Linux begins with the peak of the process that spawned this one.
// https://github.com/torvalds/linux/blob/v6.12/fs/exec.c (setmax_mm_hiwater_rss)
function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
}
