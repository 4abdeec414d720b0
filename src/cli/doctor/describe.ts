// The diagnosis for eyes: a line for each step, and where one failed, why, what to do, and the command to paste.

import { harmless, type Paint } from '../colours.ts'
import type { Report } from './diagnose.ts'

const width = 'verification'.length

export function describeReport(report: Report, paint: Paint): string {
  const [sign, colour] = signs[report.result]
  const label = `${paint(colour, sign)} ${report.name.padEnd(width)}  `
  const margin = ' '.repeat(width + 4)
  if (report.result === 'not reached') return `${label}${paint('dim', 'not reached')}`
  if (report.result === 'ok') return `${label}${harmless(report.fact)}`
  const lines = [...report.cause.split('\n').map(harmless), harmless(report.remedy)]
  if (report.command !== undefined) lines.push(`  ${paint('bold', harmless(report.command))}`)
  return `${label}${lines.join(`\n${margin}`)}`
}

const signs = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
  'not reached': ['·', 'dim'],
} as const

export function describeVerdict(reports: readonly Report[], paint: Paint): string {
  const failed = reports.filter(({ result }) => result === 'failed').map(({ name }) => name)
  const [culprit, ...others] = failed
  if (culprit === undefined) return paint('green', 'Nothing is wrong.')
  const more = others.length === 0 ? '' : ` Then look at ${others.join(', ')}.`
  return `${paint('red', `The culprit: ${culprit}.`)}${more}`
}
