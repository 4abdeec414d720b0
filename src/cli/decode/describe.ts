// What a token says, for eyes: members and values in two columns, AWS's own claims unfolded, times in words. Anybody can
// have written it, so nothing in it reaches the terminal as it is.

import type { DecodedToken } from '../../verify/decode.ts'
import { harmless, type Paint } from '../colours.ts'
import { momentInWords } from '../time-words.ts'

/** Several lines, the first of which says what none of this is. */
export function describeToken(token: DecodedToken, now: number, paint: Paint): string {
  return [
    paint('yellow', 'UNVERIFIED: anybody can have written this. To know who did: aws-web-identity verify'),
    '',
    paint('bold', 'Header'),
    ...rows(token.header, now, paint),
    '',
    paint('bold', 'Claims'),
    ...rows(token.claims, now, paint),
  ].join('\n')
}

const namespace = 'https://sts.amazonaws.com/'
/** The names of objects of names and values that a reader will want one by one. */
const unfolded: readonly string[] = [namespace, 'principal_tags', 'request_tags']

function rows(
  members: Readonly<Record<string, unknown>>,
  now: number,
  paint: Paint,
  margin = '  ',
): string[] {
  const names = Object.keys(members).map((name) => harmless(name))
  const width = Math.min(
    longestName,
    Math.max(0, ...names.map((name) => (name === namespace ? 0 : name.length))),
  )
  return Object.entries(members).flatMap(([name, value]) => {
    if (unfolded.includes(name) && isObject(value) && Object.keys(value).length > 0) {
      return [`${margin}${paint('cyan', name)}`, ...rows(value, now, paint, `${margin}  `)]
    }
    const inWords = timeInWords(name, value, now)
    const label = paint('cyan', harmless(name).padEnd(width))
    return [`${margin}${label}  ${shown(value)}${inWords === undefined ? '' : paint('dim', `  ${inWords}`)}`]
  })
}

const longestName = 40

// Lists of names as they are read aloud; everything else that is no plain value as JSON, which shows what it is.
function shown(value: unknown): string {
  if (typeof value === 'string') return harmless(value)
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => typeof each === 'string' && isPlain(each))
  ) {
    return value.join(', ')
  }
  return harmless(json(value))
}

// What could be taken for several, or for none.
function isPlain(text: string): boolean {
  return /^[^\s,"\p{C}]+$/u.test(text)
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    // 32 KiB of brackets are deeper than the platform writes.
    return 'too deep to be shown'
  }
}

/** RFC 7519 has whole seconds; AWS writes the end of a session as RFC 3339 has it. */
const numericDates: readonly string[] = ['exp', 'iat', 'nbf', 'auth_time']
const writtenDates: readonly string[] = ['original_session_exp']

function timeInWords(name: string, value: unknown, now: number): string | undefined {
  const time =
    numericDates.includes(name) && typeof value === 'number'
      ? value * 1000
      : writtenDates.includes(name) && typeof value === 'string'
        ? Date.parse(value)
        : Number.NaN
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return undefined
  const written = typeof value === 'number' ? `${date.toISOString().replace('.000', '')}, ` : ''
  return `${written}${momentInWords(time, now)}`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
