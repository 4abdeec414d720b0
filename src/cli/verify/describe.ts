// An examination for eyes: a line for each check, and the verdict at the end, where it is read first.

import { harmless, type Paint } from '../colours.ts'
import { momentInWords } from '../time-words.ts'
import type { Check } from './check.ts'
import type { Examination } from './examine.ts'
import { remedyFor } from './remedy.ts'

export function describeExamination(examination: Examination, now: number, paint: Paint): string {
  const width = Math.max(...examination.checks.map(({ name }) => name.length))
  return [
    ...examination.checks.map((check) => line(check, width, paint)),
    '',
    ...verdict(examination, now, paint),
  ].join('\n')
}

function line({ name, result, fact }: Check, width: number, paint: Paint): string {
  const [sign, colour] = signs[result]
  const words = {
    passed: fact,
    failed: fact,
    'not looked at': 'not looked at',
    'not checked': fact === '' ? 'not checked' : `not checked: ${fact}`,
  }[result]
  const quiet = result === 'not looked at'
  return `${paint(colour, sign)} ${name.padEnd(width)}  ${quiet ? paint('dim', words) : harmless(words)}`
}

const signs = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  'not looked at': ['·', 'dim'],
  'not checked': ['!', 'yellow'],
} as const

function verdict({ identity, error, unchecked }: Examination, now: number, paint: Paint): string[] {
  if (error !== undefined) {
    const word =
      error.code === 'keys_unavailable' ? paint('yellow', 'Unknown.') : paint('red', 'Not to be trusted.')
    return [`${word} ${harmless(remedyFor(error))}`]
  }
  if (identity === undefined) return []
  const { issuer, subject, expiresAt } = identity
  const whose = `${harmless(issuer)} signed it for ${harmless(subject)}; it expires ${momentInWords(expiresAt.getTime(), now)}.`
  if (unchecked.length === 0) return [`${paint('green', 'Genuine:')} ${whose}`]
  const open = unchecked.map((each) => uncheckedWords[each])
  return [`${paint('yellow', 'Genuine, but not checked:')} ${open.join('; ')}.`, whose]
}

const uncheckedWords = {
  audience: 'for whom it is (--audience)',
  owner: 'whose it is, and every customer of AWS can get one (--issuer, --account or --organization)',
}
