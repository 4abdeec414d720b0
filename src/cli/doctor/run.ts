// Reads what is wanted, goes through the steps, and says what came of each.

import { isInputError } from '../../errors.ts'
import { checkInput, type GetWebIdentityTokenInput } from '../../sts/get-web-identity-token-input.ts'
import { paintFor } from '../colours.ts'
import type { commonOptions, OptionValues } from '../command.ts'
import { UsageError } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson } from '../output.ts'
import { describeReport, describeVerdict } from './describe.ts'
import { diagnose, type Report } from './diagnose.ts'
import type { doctorOptions } from './options.ts'
import { watch } from './watch.ts'

type Given = OptionValues<typeof doctorOptions & typeof commonOptions>

/** @throws {UsageError} where no such token can be asked for */
export async function runDoctor(given: Given): Promise<number> {
  const paint = paintFor(process.stdout, process.env)
  const start = { line: given, wanted: wantedToken(given), watch: watch() }
  const reports = await diagnose(start, (report) => {
    if (!given.json) print(describeReport(report, paint))
  })
  if (given.json) printJson(diagnosisObject(reports))
  else print(`\n${describeVerdict(reports, paint)}`)
  return culpritOf(reports)?.exitCode ?? exitCodes.done
}

function wantedToken({ audience, algorithm, duration, tag }: Given): GetWebIdentityTokenInput {
  try {
    return checkInput({
      audience: audience.length > 0 ? audience : ['https://example.com'],
      signingAlgorithm: algorithm ?? 'ES384',
      durationSeconds: duration,
      ...(tag.length > 0 && { tags: tag }),
    })
  } catch (error) {
    if (!isInputError(error)) throw error
    throw new UsageError(`--${error.path.replace(/^tags.*/, 'tag').replace(/\[.*/, '')} ${error.rule}`)
  }
}

function culpritOf(reports: readonly Report[]) {
  return reports.find((report) => report.result === 'failed')
}

function diagnosisObject(reports: readonly Report[]): object {
  const culprit = culpritOf(reports)
  return { healthy: culprit === undefined, culprit: culprit?.name ?? null, steps: reports }
}
