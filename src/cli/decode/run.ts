// Reads the token, and shows it.

import { decode } from '../../verify/decode.ts'
import { paintFor } from '../colours.ts'
import type { CommandLine } from '../command.ts'
import { Complaint } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson } from '../output.ts'
import { readToken } from '../read-token.ts'
import { describeToken } from './describe.ts'

/**
 * @throws {VerificationError} `malformed`, for what can't be read
 * @throws {Complaint} for what can't be written
 */
export async function runDecode({ options, positionals: [given] }: CommandLine): Promise<number> {
  const token = decode(await readToken(given))
  const { header, claims } = token
  if (options.json) printToken({ header, claims, verified: false })
  else print(describeToken(token, Date.now(), paintFor(process.stdout, process.env)))
  return exitCodes.done
}

// 32 KiB of brackets are deeper than the platform writes.
function printToken(token: object): void {
  try {
    printJson(token)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Complaint('The token has values in too many others for JSON: without --json the rest is shown.')
  }
}
