// What AssumeRole accepts, as AWS's service model has it, checked before anything is sent.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

import * as v from 'valibot'
import { check } from '../check.ts'
import type { QueryParameters } from '../query/form.ts'
import { type SessionInput, sessionEntries, sessionName, sessionParameters } from './role-session-input.ts'
import { object, size, type Tag, tags, tagText, text } from './session-input.ts'

/** The role and the session that are wanted. */
export interface AssumeRoleInput extends SessionInput {
  /** What the role's owner asks of callers from other accounts: 2 to 1224 characters. */
  readonly externalId?: string | undefined
  /** At most 50 session tags. They need the permission `sts:TagSession`. */
  readonly tags?: readonly Tag[] | undefined
  /** The keys of the tags that further roles in a chain inherit, at most 50. */
  readonly transitiveTagKeys?: readonly string[] | undefined
  /** Who began the chain: 2 to 64 letters, digits and `_+=,.@-`. */
  readonly sourceIdentity?: string | undefined
}

/** The operation's parameters. @throws {InputError} for the first rule that is broken. */
export function assumeRoleParameters(input: AssumeRoleInput): QueryParameters {
  const checked = check(schema, input, 'input')
  return {
    ...sessionParameters(checked),
    Tags: checked.tags?.map(({ key, value }) => ({ Key: key, Value: value })),
    TransitiveTagKeys: checked.transitiveTagKeys,
    ExternalId: checked.externalId,
    SourceIdentity: checked.sourceIdentity,
  }
}

const schema = v.strictObject(
  {
    ...sessionEntries,
    externalId: v.optional(
      v.pipe(text(2, 1224), v.regex(/^[\w+=,.@:/-]*$/, 'must hold letters, digits and _+=,.@:/- only')),
    ),
    tags: v.optional(tags),
    transitiveTagKeys: v.optional(
      v.pipe(v.array(tagText(1, 128), 'must be an array of tag keys'), size(0, 50, 'keys')),
    ),
    sourceIdentity: v.optional(sessionName),
  },
  object,
)
