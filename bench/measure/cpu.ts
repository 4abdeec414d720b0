// The CPU time of processes, which other programs on the machine change little. From Linux's /proc.
// https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat

import { readdirSync, readFileSync } from 'node:fs'

/** In µs, of all the threads that it has. */
export function cpuTimeOf(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1000
}

/** The processes of workerd that this one started. */
export function workerds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      // proc(5): its name, its state, its parent.
      const [, name, , parent] = statusOf(pid).split(' ')
      return name === '(workerd)' && parent === String(process.pid)
    })
    .map(Number)
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return '' // it has ended meanwhile
  }
}
