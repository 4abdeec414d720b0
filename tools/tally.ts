// A vitest reporter that closes a run with one plain line, `N passed, N failed, N skipped`, for whoever reads a log
// by machine: vitest's own summary is coloured and laid out for people.

import type { Reporter, TestModule } from 'vitest/node'

export class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const { children } of modules) {
      for (const test of children.allTests()) count[test.result().state] += 1
    }
    const failed = count.failed + count.pending
    process.stdout.write(`${count.passed} passed, ${failed} failed, ${count.skipped} skipped\n`)
  }
}
