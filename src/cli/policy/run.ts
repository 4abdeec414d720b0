// Prints the policy.

import { isInputError } from '../../errors.ts'
import type { commonOptions, OptionValues } from '../command.ts'
import { UsageError } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { print } from '../output.ts'
import { mergeTags } from './allowed-tag.ts'
import { leastPolicy } from './document.ts'
import { formats } from './format.ts'
import { checkGrant } from './grant.ts'
import type { policyOptions } from './options.ts'

type Given = OptionValues<typeof policyOptions & typeof commonOptions>

/** @throws {UsageError} where the options break a rule of AWS's */
export async function runPolicy(given: Given): Promise<number> {
  if (given.json && given.format !== 'json')
    throw new UsageError(`--json contradicts --format ${given.format}`)
  try {
    print(formats[given.format](leastPolicy(checkGrant(grantOf(given)))))
  } catch (error) {
    if (!isInputError(error)) throw error
    throw new UsageError(`${optionAt(error.path)} ${error.rule}`)
  }
  return exitCodes.done
}

function grantOf({ audience, algorithm, 'max-duration': maxDuration, tag, account, region }: Given) {
  return { audience, algorithm, maxDuration, tags: mergeTags(tag), account, region }
}

// The member of the grant by the name that it has on the line.
function optionAt(path: string): string {
  const [member = ''] = path.split(/[[.]/)
  const names: Readonly<Record<string, string>> = { maxDuration: 'max-duration', tags: 'tag' }
  return `--${names[member] ?? member}`
}
