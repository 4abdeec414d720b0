// Runs on two threads, in the order in which they are given.

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Result } from './run.ts'
import type { Run } from './scenarios.ts'

export async function simulateAll(
  runs: readonly Run[],
  onResult: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = []
  const left = runs.entries()
  const thread = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    for (const [index, run] of left) {
      const result = await simulated(worker, run)
      results[index] = result
      onResult(result)
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, thread))
  return results
}

async function simulated(worker: Worker, run: Run): Promise<Result> {
  const result = once(worker, 'message') // and rejects on an error
  worker.postMessage(run)
  return (await result)[0]
}
