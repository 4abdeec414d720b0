// Reads what is wanted, goes through the steps, and says what came of each.

import { isInputError } from '../../errors.ts'
import { checkInput, type GetWebIdentityTokenInput } from '../../sts/get-web-identity-token-input.ts'
import type { TokenRequest } from '../../token-source/request.ts'
import { paintFor } from '../colours.ts'
import type { commonOptions, OptionValues } from '../command.ts'
import { UsageError } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson } from '../output.ts'
import { presetOf } from '../preset/preset-of.ts'
import { describeReport, describeVerdict } from './describe.ts'
import { diagnose, type Report } from './diagnose.ts'
import type { doctorOptions } from './options.ts'
import { watch } from './watch.ts'

type Given = OptionValues<typeof doctorOptions & typeof commonOptions>

/**
 * @param more the options that the preset brought
 * @throws {UsageError} where no such token can be asked for
 */
export async function runDoctor(given: Given, more: Readonly<Record<string, unknown>>): Promise<number> {
  // The algorithm on the line is one of the things to look at.
  const preset = await presetOf({ ...given, algorithm: undefined }, more)
  if (given.exchange && preset === undefined)
    throw new UsageError('--exchange needs a relying party: --preset')
  const paint = paintFor(process.stdout, process.env)
  const usualAudience = await usualAudienceOf(given.preset)
  const start = {
    line: given,
    wanted: wantedToken(given, preset?.tokenRequest),
    watch: watch(),
    ...(preset !== undefined && { preset }),
    ...(usualAudience !== undefined && { usualAudience }),
  }
  const reports = await diagnose(start, given, (report) => {
    if (!given.json) print(describeReport(report, paint))
  })
  if (given.json) printJson(diagnosisObject(reports))
  else print(`\n${describeVerdict(reports, paint)}`)
  return culpritOf(reports)?.exitCode ?? exitCodes.done
}

async function usualAudienceOf(preset: string | undefined): Promise<string | undefined> {
  if (preset === undefined) return undefined
  const { makers } = await import('../preset/options.ts')
  const schema = makers.get(preset)?.entries['audience']
  const usual: unknown = schema !== undefined && 'default' in schema ? schema.default : undefined
  return typeof usual === 'string' ? usual : undefined
}

function wantedToken(
  { audience, algorithm, duration, tag }: Given,
  preset: TokenRequest | undefined,
): GetWebIdentityTokenInput {
  try {
    return checkInput({
      audience: audience.length > 0 ? audience : [preset?.audience ?? 'https://example.com'].flat(),
      signingAlgorithm: algorithm ?? preset?.signingAlgorithm ?? 'ES384',
      durationSeconds: duration ?? preset?.durationSeconds,
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
