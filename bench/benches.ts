// All benches by name, in the order of docs/performance.md. Each is loaded when it is run.

import type { Bench } from './bench.ts'

export const benches = {
  sizes: () => import('./sizes.ts'),
  'cold-start': () => import('./cold-start.ts'),
  'first-response': () => import('./first-response.ts'),
  mint: () => import('./mint.ts'),
  memory: () => import('./memory.ts'),
  flights: () => import('./flights.ts'),
  source: () => import('./source.ts'),
  verify: () => import('./verify.ts'),
  refuse: () => import('./refuse.ts'),
  guard: () => import('./guard.ts'),
  emulator: () => import('./emulator.ts'),
  fleet: () => import('./fleet.ts'),
  worker: () => import('./worker.ts'),
  growth: () => import('./growth.ts'),
} satisfies Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>>

export type BenchName = keyof typeof benches

export const names = Object.keys(benches) as readonly BenchName[]
