// Asks before something is done that others will feel.

import { createInterface } from 'node:readline'
import { Complaint, UsageError } from './complaint.ts'

/**
 * Comes back where the person at the terminal says yes, or has said so on the line. The question goes to stderr, so that
 * it is seen even where stdout is a file.
 *
 * @throws {UsageError} where nobody can be asked
 * @throws {Complaint} where the answer is another
 */
export async function confirm(question: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return
  if (!(process.stdin.isTTY && process.stderr.isTTY)) {
    throw new UsageError('There is no terminal to ask in: --yes says that it shall be done')
  }
  if (!/^y(es)?$/i.test(await answerTo(`${question} [y/N] `))) throw new Complaint('Nothing was changed.')
}

// Ctrl-C and Ctrl-D answer nothing, and a terminal that was closed neither. Not the promise of `node:readline/promises`,
// which stays open then.
async function answerTo(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await new Promise<string | undefined>((resolve) => {
    terminal.once('close', () => resolve(undefined))
    terminal.question(question, resolve)
  })
  // What is said next begins a line, as after the key that ends an answer.
  if (answer === undefined) process.stderr.write('\n')
  terminal.close()
  return answer?.trim() ?? ''
}
