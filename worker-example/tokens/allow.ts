// Whether the policy allows what a caller asks for. A denial says what this caller may ask for, and nothing of others.

import type { Tag } from 'aws-web-identity'
import * as v from 'valibot'
import type { Identified } from '../callers/identified.ts'
import { Problem } from '../http/problem.ts'
import type { Caller } from '../policy/caller.ts'
import { tagValue } from '../policy/rules.ts'
import { DEFAULT_DURATION, inOrder, type WholeRequest } from '../whole-request.ts'
import type { readAskedToken } from './asked.ts'

/** @throws {Problem} 403 */
export function allowToken(identified: Identified, asked: ReturnType<typeof readAskedToken>): WholeRequest {
  const { caller } = identified
  const { maxDurationSeconds, algorithms } = caller
  const {
    audience,
    signingAlgorithm = algorithms[0] ?? 'ES384',
    durationSeconds = Math.min(DEFAULT_DURATION, maxDurationSeconds),
  } = asked
  if (!audience.every((each) => caller.audiences.includes(each))) {
    throw denied(caller, 'audience_not_allowed', 'The policy allows you no token for this audience.')
  }
  if (!algorithms.includes(signingAlgorithm)) {
    throw denied(
      caller,
      'algorithm_not_allowed',
      `The policy allows you no token signed with ${signingAlgorithm}.`,
    )
  }
  if (durationSeconds > maxDurationSeconds) {
    const most = `The policy allows you tokens of ${maxDurationSeconds} seconds at the most.`
    throw denied(caller, 'duration_not_allowed', most)
  }
  return {
    // As with the tags: else ten audiences in another order would be another token, and each a mint.
    audience: [...new Set(audience)].sort(),
    signingAlgorithm,
    durationSeconds,
    tags: tagsFor(identified, asked.tags),
  }
}

/** @throws {Problem} 403 */
export function allowAccessToken({ caller }: Identified, preset: string): void {
  if (caller.exchanges.includes(preset)) return
  throw denied(caller, 'preset_not_allowed', 'The policy allows you no access token by this name.')
}

// The same tags in the same order for the same caller, so that they are one token.
function tagsFor({ caller, facts }: Identified, asked: readonly Tag[]): Tag[] {
  const { fixed, fromCaller, allowed } = caller.tags
  const chosen = asked.map(({ key, value }) => {
    const named = allowed.find((each) => each.toLowerCase() === key.toLowerCase())
    if (named === undefined) {
      throw denied(caller, 'tag_not_allowed', `The policy allows you no tag ${key} of your own.`)
    }
    return { key: named, value }
  })
  const derived = Object.entries(fromCaller).map(([key, fact]) => {
    const value = facts[fact]
    if (value !== undefined && v.is(tagValue, value)) return { key, value }
    // An ARN may have what a tag may not, such as a comma.
    const why =
      value === undefined
        ? 'is not known when you come this way'
        : 'no tag can hold: up to 256 letters, digits, spaces and _.:/=+-@'
    throw denied(caller, 'tag_not_derivable', `The tag ${key} says your ${fact}, which ${why}.`)
  })
  const own = Object.entries(fixed).map(([key, value]) => ({ key, value }))
  return inOrder([...own, ...derived, ...chosen])
}

function denied(caller: Caller, code: string, message: string): Problem {
  const { audiences, algorithms, maxDurationSeconds, tags, exchanges } = caller
  return new Problem(403, code, message, {
    members: {
      allowed: { audiences, algorithms, maxDurationSeconds, tags: tags.allowed, presets: exchanges },
    },
  })
}
