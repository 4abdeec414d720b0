// Reads the token, examines it, and says what came of it.

import { isInputError } from '../../errors.ts'
import { paintFor } from '../colours.ts'
import type { CommandLine } from '../command.ts'
import { UsageError } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson } from '../output.ts'
import { readToken } from '../read-token.ts'
import type { Asked } from './asked.ts'
import { describeExamination } from './describe.ts'
import { type Examination, examine } from './examine.ts'
import type { verifyOptions } from './options.ts'
import { remedyFor } from './remedy.ts'

/** @throws {UsageError} where there is no token, or what was asked breaks a rule */
export async function runVerify({
  options,
  positionals: [given],
}: CommandLine<typeof verifyOptions>): Promise<number> {
  const examination = await examineAs(options, await readToken(given))
  if (options.json) printJson(examinationObject(examination))
  else print(describeExamination(examination, Date.now(), paintFor(process.stdout, process.env)))
  return exitCodeOf[examination.verdict]
}

const exitCodeOf = { genuine: exitCodes.done, refused: exitCodes.refused, unknown: exitCodes.network }

async function examineAs(asked: Asked, token: string): Promise<Examination> {
  try {
    return await examine(token, asked, { now: Date.now })
  } catch (error) {
    if (!isInputError(error)) throw error
    throw new UsageError(`--${error.path.replace(/\[.*/, '')} ${error.rule}`)
  }
}

function examinationObject({ verdict, unchecked, checks, identity, error }: Examination): object {
  return {
    verdict,
    unchecked,
    checks,
    ...(identity !== undefined && { identity }),
    ...(error !== undefined && {
      error: { code: error.code, message: error.message, remedy: remedyFor(error) },
    }),
  }
}
