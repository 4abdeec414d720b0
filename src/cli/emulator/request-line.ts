// One line on the terminal for each request: when, who, what, and what decided.

import type { EmulatorRequest } from '../../emulator/request-log.ts'
import { type Verdict, verdictOf } from '../../emulator/verdict.ts'
import { harmless, type Paint } from '../colours.ts'

/**
 * The line, without its end.
 *
 * @param width of the terminal: what decided is cut there, so that a request is one line
 */
export function requestLine(request: EmulatorRequest, paint: Paint, width = 240): string {
  const { outcome, why } = verdictOf(request)
  const time = localTime(request.time)
  const who = caller(request.callerArn).padEnd(22)
  // A client may name any: AWS's longest of STS has 25 characters.
  const what = shorten(harmless(request.operation ?? 'no operation'), 40).padEnd(20)
  const ended = outcome.padEnd(7)
  const left = width - [time, who, what, ended, ''].join(gap).length
  const columns = [paint('dim', time), who, what, paint(looks[outcome], ended)]
  return [...columns, paint('dim', shorten(harmless(why), Math.max(left, 20)))].join(gap).trimEnd()
}

const gap = '  '

const looks: Readonly<Record<Verdict['outcome'], 'green' | 'red' | 'yellow'>> = {
  allowed: 'green',
  denied: 'red',
  refused: 'red',
  failed: 'red',
  fault: 'yellow',
}

// The account and the kind of ARN are the same in nearly every line.
function caller(arn: string | undefined): string {
  return arn === undefined ? 'unknown' : harmless(arn.replace(/^arn:[^:]*:(?:iam|sts)::\d*:/, ''))
}

// The clock on the wall, as of every program that prints lines.
function localTime(time: string): string {
  return new Date(time).toTimeString().slice(0, 8)
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
