// The life of the demonstration: it ends with a status, at Ctrl-C, or when nobody reads any more; and whatever
// it started ends with it.

import { setTimeout } from 'node:timers/promises'
import { demonstrate, type Stage } from './demonstrate.ts'
import { endWhenTold } from './endings.ts'
import { Report } from './report.ts'

/** Runs the demonstration; the process ends here, or stays up until it is told to end. */
export async function run({ isOnce, ...stage }: Stage & { isOnce: boolean }): Promise<void> {
  endWhenTold()
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
