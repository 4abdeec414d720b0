// What is answered where something was thrown, and what the log alone is told of it.

import { Problem } from './problem.ts'

/** The problem to answer with. The log is told what is wrong with the configuration, and what nobody foresaw. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (!(error instanceof Problem)) return unforeseen(error, requestId)
  // What is no caller's business; the audit has it only where somebody was known.
  if (error.code === 'not_configured') console.error(`Request ${requestId}: ${error.why}`)
  return error
}

/** 500. All of the error is in the log. */
export function unforeseen(error: unknown, requestId: string): Problem {
  console.error(`Request ${requestId} failed unexpectedly:`, error)
  return new Problem(500, 'internal_error', 'The Worker failed. Its log says why.', { why: String(error) })
}
