// What a policy shall allow, and the rules that STS has for it.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

import * as v from 'valibot'
import { check } from '../../check.ts'
import { InputError } from '../../errors.ts'
import { seconds, tagText, text } from '../../sts/session-input.ts'
import { SHORTEST_DURATION } from '../../sts/token-duration.ts'

/** Which tokens a principal may ask for. What is absent is not bounded; tags that are not named are not allowed. */
export interface Grant {
  /** For whom: any number of these, together in one token too. */
  readonly audience: readonly string[]
  readonly algorithm?: readonly ('RS256' | 'ES384')[] | undefined
  /** In seconds. */
  readonly maxDuration?: number | undefined
  readonly tags?: readonly AllowedTag[] | undefined
  /** Whose principal it is; any account's without, which comes to the same where the policy is attached to a principal. */
  readonly account?: string | undefined
  /** A region of the account's partition. Default one of the partition `aws`. */
  readonly region?: string | undefined
}

/** A tag that a token may have. */
export interface AllowedTag {
  readonly key: string
  /** Any value where there is none. */
  readonly values: readonly string[]
}

/** @throws {InputError} for the first rule that is broken */
export function checkGrant(grant: Grant): Grant {
  check(schema, grant, 'grant')
  refuseRepeatedKeys(grant.tags ?? [])
  return grant
}

const schema = v.strictObject({
  audience: v.pipe(v.array(text(1, 1000)), v.minLength(1, 'is missing: say for whom the tokens may be')),
  algorithm: v.optional(v.array(v.picklist(['RS256', 'ES384'], 'must be RS256 or ES384'))),
  maxDuration: v.optional(seconds(SHORTEST_DURATION, 3600)),
  tags: v.optional(v.array(v.strictObject({ key: tagText(1, 128), values: v.array(tagText(0, 256)) }))),
  account: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'must have 12 digits'))),
  region: v.optional(v.string()),
})

// The condition key aws:RequestTag/team is aws:RequestTag/Team as well: two of them would bound each other.
function refuseRepeatedKeys(tags: readonly AllowedTag[]): void {
  const seen = new Map<string, string>()
  for (const { key } of tags) {
    const before = seen.get(key.toLowerCase())
    if (before !== undefined) {
      throw new InputError(
        'tags',
        `must not have both ${before} and ${key}: case does not tell tag keys apart`,
      )
    }
    seen.set(key.toLowerCase(), key)
  }
}
