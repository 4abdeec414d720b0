// Reads the token, and shows it.

import { decode } from '../../verify/decode.ts'
import { paintFor } from '../colours.ts'
import type { CommandLine } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson } from '../output.ts'
import { readToken } from '../read-token.ts'
import { describeToken } from './describe.ts'

/** @throws {VerificationError} `malformed`, for what can't be read */
export async function runDecode({ options, positionals: [given] }: CommandLine): Promise<number> {
  const token = decode(await readToken(given))
  const { header, claims } = token
  if (options.json) printJson({ header, claims, verified: false })
  else print(describeToken(token, Date.now(), paintFor(process.stdout, process.env)))
  return exitCodes.done
}
