// The query of `GET /token` as what a source is asked for. The library judges the values; here only what a query can
// say that the input cannot: an unknown parameter, one given twice, a number that is none.

import type { SigningAlgorithm, Tag, TokenSourceRequest } from 'aws-web-identity'
import { Refusal } from './answer.ts'

/** @throws {Refusal} 400, which names the parameter. */
export function readQuery(query: URLSearchParams): TokenSourceRequest {
  const audience: string[] = []
  const tags: Tag[] = []
  const single = new Map<string, string>()
  for (const [name, value] of query) {
    if (name === 'audience') audience.push(value)
    else if (single.has(name)) throw badParameter(name, 'is given twice')
    else if (name.startsWith('tag.')) tags.push({ key: name.slice('tag.'.length), value })
    else if (name !== 'signingAlgorithm' && name !== 'durationSeconds') throw badParameter(name, 'is unknown')
    if (name !== 'audience') single.set(name, value)
  }
  const durationSeconds = single.get('durationSeconds')
  return {
    audience,
    // Whatever the caller wrote: the library refuses what is no algorithm.
    ...(single.has('signingAlgorithm') && {
      signingAlgorithm: single.get('signingAlgorithm') as SigningAlgorithm,
    }),
    ...(durationSeconds !== undefined && {
      durationSeconds: wholeNumber('durationSeconds', durationSeconds),
    }),
    ...(tags.length > 0 && { tags }),
  }
}

// `Number` alone would take '', '0x3c' and '6e1'.
function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw badParameter(name, 'must be a whole number')
  return Number(text)
}

function badParameter(name: string, rule: string): Refusal {
  return new Refusal(400, 'invalid_parameter', `${name.slice(0, 140)} ${rule}`)
}
