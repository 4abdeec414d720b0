// A thread that simulates: what it replaces (timers, clocks, chance) is replaced in it alone.

import { parentPort } from 'node:worker_threads'
import { checkImports } from './clock.ts'
import { simulate } from './run.ts'
import type { Run } from './scenarios.ts'

// What the sources load on demand is there before time is simulated.
await checkImports(async () => {
  await import('../../src/token-source/minting.ts')
  await import('../../src/token-source/stored-origin.ts')
})

parentPort?.on('message', (run: Run) => {
  void simulate(run).then((result) => parentPort?.postMessage(result))
})
