// What GetWebIdentityToken accepts, as AWS's service model has it, checked before anything is sent. It is loaded for the
// first call, with valibot.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

import * as v from 'valibot'
import { check } from '../check.ts'
import type { QueryParameters } from '../query/form.ts'
import { integer, object, seconds, size, string, type Tag, tagList, tags, text } from './session-input.ts'
import { SHORTEST_DURATION } from './token-duration.ts'

/** What the token shall say. */
export interface GetWebIdentityTokenInput {
  /**
   * Whom the token is for: the `aud` claim. 1 to 10 strings of 1 to 1000 characters, as the receivers expect
   * them; they need not be URLs. Name as few as possible: each receiver can use the token at the others.
   */
  readonly audience: readonly string[]
  /** How the token is signed. `ES384` is shorter; `RS256` is understood everywhere and cheaper to verify. */
  readonly signingAlgorithm: SigningAlgorithm
  /** How long the token is valid, in seconds: a whole number from 60 to 3600; 300 when absent. */
  readonly durationSeconds?: number | undefined
  /**
   * At most 50 tags, which become the token's `request_tags`. They need the permission
   * `sts:TagGetWebIdentityToken` besides. A receiver must not authorize by them: the caller chose them.
   */
  readonly tags?: readonly Tag[] | undefined
}

/** RSA PKCS #1 v1.5 with SHA-256, or ECDSA with P-384 and SHA-384 (RFC 7518 §3.1). */
export type SigningAlgorithm = 'RS256' | 'ES384'

/** @throws {InputError} for the first rule that is broken, with its path. */
export function checkInput(input: GetWebIdentityTokenInput): v.InferOutput<typeof ruled> {
  return check(ruled, input, 'input')
}

/** The operation's parameters. @throws {InputError} for the first rule that is broken, with its path. */
export function getWebIdentityTokenParameters(input: GetWebIdentityTokenInput): QueryParameters {
  return toParameters(checkInput(input))
}

/** The same with types alone checked; AWS judges the rest. @throws {InputError} for the first type that is wrong. */
export function getWebIdentityTokenParametersUnchecked(input: GetWebIdentityTokenInput): QueryParameters {
  return toParameters(check(typed, input, 'input'))
}

function toParameters(input: v.InferOutput<typeof typed>): QueryParameters {
  return {
    Audience: input.audience,
    SigningAlgorithm: input.signingAlgorithm,
    DurationSeconds: input.durationSeconds,
    Tags: input.tags?.map(({ key, value }) => ({ Key: key, Value: value })),
  }
}

const audienceList = 'must be an array of strings'

const typed = v.strictObject(
  {
    audience: v.array(string, audienceList),
    signingAlgorithm: string,
    durationSeconds: v.optional(integer),
    tags: v.optional(v.array(v.strictObject({ key: string, value: string }, object), tagList)),
  },
  object,
)

const ruled = v.strictObject(
  {
    audience: v.pipe(v.array(text(1, 1000), audienceList), size(1, 10, 'audiences')),
    signingAlgorithm: v.picklist(['RS256', 'ES384'], 'must be "RS256" or "ES384"'),
    durationSeconds: v.optional(seconds(SHORTEST_DURATION, 3600)),
    tags: v.optional(tags),
  },
  object,
)
