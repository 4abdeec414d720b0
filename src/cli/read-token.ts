// The token that a command is given: on the line, or by a pipe, where no list of processes shows it.

import { UsageError } from './complaint.ts'

/**
 * The token without what may stand around it, which may be anything.
 *
 * @throws {UsageError} where there is none
 */
export async function readToken(given: string | undefined): Promise<string> {
  const text = given === undefined || given === '-' ? await fromInput(given) : given
  // As it is copied out of a request: RFC 6750, section 2.1.
  return text.trim().replace(/^(?:authorization:\s*)?bearer\s+/i, '')
}

async function fromInput(given: string | undefined): Promise<string> {
  // Who forgot the token would wait, without knowing for what.
  if (given === undefined && process.stdin.isTTY) {
    throw new UsageError('TOKEN is missing: give it on the line or by a pipe, or - to type it')
  }
  const text = await readAll()
  if (text.trim() === '') throw new UsageError('No token came by stdin')
  return text
}

/** In characters: what is longer is no token, however it goes on. */
const longest = 100_000

async function readAll(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > longest) break
  }
  return text
}
