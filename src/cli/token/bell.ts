// Wakes who waits before his time. What rang while nobody waited is heard by the next who does.

import { setTimeout } from 'node:timers/promises'

export class Bell {
  #alarm = new AbortController()

  ring(): void {
    this.#alarm.abort()
  }

  /** Resolves when it rings, and after so many milliseconds at the latest. */
  async rung(latest: number): Promise<void> {
    const { signal } = this.#alarm
    try {
      await setTimeout(latest, undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
      this.#alarm = new AbortController()
    }
  }
}
