// When a program of this folder ends: at Ctrl-C, when it is told to, when nobody reads it any more, or with npm.

/** Ends the process then. What has to be tidied up waits for the process' `exit`. */
export function endWhenTold(): void {
  // wrangler kills its workerd when this process exits, however it exits: so leaving is all there is to do. These
  // handlers stand before wrangler's own, which would leave with the status of a failure.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0))
  process.stdout.once('error', () => process.exit(0))
  endWithNpm()
}

// npm may be killed without a signal for what it runs.
function endWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  setInterval(() => process.ppid === parent || process.exit(0), 500).unref()
}
