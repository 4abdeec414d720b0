// All benches by name, in the order of docs/performance.md. Each is loaded when it is run.

import type { Bench } from './bench.ts'

export const benches = {
  sizes: () => import('./sizes.ts'),
  'first-response': () => import('./first-response.ts'),
  'cold-start': () => import('./cold-start.ts'),
  mint: () => import('./mint.ts'),
  memory: () => import('./memory.ts'),
  flights: () => import('./flights.ts'),
  verify: () => import('./verify.ts'),
  guard: () => import('./guard.ts'),
  worker: () => import('./worker.ts'),
  refuse: () => import('./refuse.ts'),
  source: () => import('./source.ts'),
  emulator: () => import('./emulator.ts'),
  fleet: () => import('./fleet.ts'),
  growth: () => import('./growth.ts'),
} satisfies Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>>

export type BenchName = keyof typeof benches

export const names = Object.keys(benches) as readonly BenchName[]
