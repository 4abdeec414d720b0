// The life of the demonstration: it ends with a status, at Ctrl-C, or when nobody reads any more; and whatever
// it started ends with it.

import { setTimeout } from 'node:timers/promises'
import { demonstrate, type Stage } from './demonstrate.ts'
import { Report } from './report.ts'

/** Runs the demonstration; the process ends here, or stays up until it is told to end. */
export async function run({ isOnce, ...stage }: Stage & { isOnce: boolean }): Promise<void> {
  // wrangler kills its workerd when this process exits, however it exits: so leaving is all there is to do. These
  // handlers stand before wrangler's own, which would leave with the status of a failure.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0))
  process.stdout.once('error', () => process.exit(0))
  endWithNpm()
  const report = new Report(process.stdout)
  await using resources = new AsyncDisposableStack()
  try {
    const commands = await demonstrate(report, resources, stage)
    if (isOnce) return
    report.commands(commands)
    // A reader such as `head` has gone by now, and only a write can tell.
    await setTimeout(100)
    report.line('Ctrl-C ends it. Who calls is told here:')
    await new Promise(() => {})
  } catch (error) {
    console.error(`\nIt failed: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}

// npm may be killed without a signal for what it runs.
function endWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  setInterval(() => process.ppid === parent || process.exit(0), 500).unref()
}
