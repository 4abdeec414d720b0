// Whether this machine's clock agrees with that of AWS, which refuses signatures that are 15 minutes off.

import { exitCodes } from '../exit-code.ts'
import { lengthInWords } from '../time-words.ts'
import { step } from './step.ts'

const tolerance = 5 * 60 * 1000

// Whatever STS said, its reply tells the time.
export const clock = step('clock', ['identity'], async ({ watch }) => {
  const offset = watch.offset()
  if (offset === undefined) {
    return {
      result: 'warning',
      cause: 'The reply does not tell the time, so that the clock can’t be compared.',
      remedy: 'Compare it with another clock.',
      command: 'date -u',
    }
  }
  const length = lengthInWords(offset)
  if (Math.abs(offset) <= tolerance) return { result: 'ok', fact: `agrees with that of AWS within ${length}` }
  return {
    result: 'failed',
    exitCode: exitCodes.refused,
    cause: `The clock of this machine is ${length} ${offset > 0 ? 'behind' : 'ahead of'} that of AWS.`,
    remedy: 'Set it right: other programs are refused, and tokens seem to be over or not yet valid.',
    command: 'sudo timedatectl set-ntp true',
  }
})
