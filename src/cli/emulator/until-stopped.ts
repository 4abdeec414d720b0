// Waits until the emulator shall stop.

import { constants } from 'node:os'

/** What can end the emulator. */
export interface Stopped {
  /** The exit code to end with. */
  readonly code: Promise<number>
  /** To be called when another emulator took over the state. */
  readonly lost: () => void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first signal lets what is under way end, with exit code 0; a second one ends the process at once. */
export function untilStopped(): Stopped {
  let stop: (code: number) => void = () => {}
  const code = new Promise<number>((resolve) => {
    stop = resolve
  })
  let isStopping = false
  for (const signal of signals) {
    process.on(signal, () => {
      // What a shell says of a process that a signal ended.
      if (isStopping) process.exit(128 + constants.signals[signal])
      isStopping = true
      stop(0)
    })
  }
  // Nobody reads any more, as behind `| head`.
  process.stdout.on('error', () => stop(0))
  return {
    code,
    lost() {
      process.stderr.write('Another emulator took over the state while this one was suspended.\n')
      stop(1)
    },
  }
}
