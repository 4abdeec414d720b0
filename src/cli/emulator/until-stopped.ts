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

/** The first signal ends it once the state is written, with exit code 0; a second one ends the process at once. */
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
  // Behind `| head` nobody reads any more, which is no failure; a full disk is.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => stop(code === 'EPIPE' ? 0 : 1))
  return {
    code,
    lost() {
      process.stderr.write('Another emulator took over the state while this one was suspended.\n')
      stop(1)
    },
  }
}
