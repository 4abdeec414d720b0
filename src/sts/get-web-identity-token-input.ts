// What GetWebIdentityToken accepts, as AWS's service model has it, checked before anything is sent.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

import * as v from 'valibot'
import { check } from '../check.ts'

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

/** A tag of the request. */
export interface Tag {
  /** 1 to 128 letters, digits, spaces and `_.:/=+-@`; unique without regard to case. */
  readonly key: string
  /** At most 256 of the same characters. */
  readonly value: string
}

/** @throws {InputError} for the first rule that is broken, with its path. */
export function checkInput(input: GetWebIdentityTokenInput): CheckedInput {
  return check(ruled, input, 'input')
}

/** Checks types alone and lets AWS judge the rest. @throws {InputError} for the first type that is wrong. */
export function checkInputTypes(input: GetWebIdentityTokenInput): CheckedInput {
  return check(typed, input, 'input')
}

/** An input whose types are right. */
export type CheckedInput = v.InferOutput<typeof typed>

const string = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.isWellFormed(), 'must be well-formed Unicode: it holds half a surrogate pair'),
)
const number = v.number('must be a number')
const audienceList = 'must be an array of strings'
const tagList = 'must be an array of { key, value }'
const object = 'must be an object'

const typed = v.strictObject(
  {
    audience: v.array(string, audienceList),
    signingAlgorithm: string,
    durationSeconds: v.optional(number),
    tags: v.optional(v.array(v.strictObject({ key: string, value: string }, object), tagList)),
  },
  object,
)

const ruled = v.strictObject(
  {
    audience: v.pipe(v.array(text(1, 1000), audienceList), size(1, 10, 'audiences')),
    signingAlgorithm: v.picklist(['RS256', 'ES384'], 'must be "RS256" or "ES384"'),
    durationSeconds: v.optional(
      v.pipe(
        number,
        v.check(
          (seconds) => Number.isInteger(seconds) && seconds >= 60 && seconds <= 3600,
          'must be a whole number of seconds from 60 to 3600',
        ),
      ),
    ),
    tags: v.optional(
      v.pipe(
        v.array(v.strictObject({ key: tagText(1, 128), value: tagText(0, 256) }, object), tagList),
        size(0, 50, 'tags'),
        v.rawCheck(({ dataset, addIssue }) => {
          if (dataset.typed) findRepeatedKey(dataset.value, addIssue)
        }),
      ),
    ),
  },
  object,
)

// Lengths are counted in Unicode characters, as Smithy's length trait has it, not in UTF-16 units.
function text(min: number, max: number) {
  return v.pipe(
    string,
    v.check((value) => {
      const length = Array.from(value).length
      return length >= min && length <= max
    }, `must have ${min} to ${max} characters`),
  )
}

function tagText(min: number, max: number) {
  return v.pipe(
    text(min, max),
    v.regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, 'must hold letters, digits, spaces and _.:/=+-@ only'),
  )
}

function size<Item>(min: number, max: number, items: string) {
  return v.check<Item[], string>(
    ({ length }) => length >= min && length <= max,
    `must hold ${min === 0 ? 'at most' : `${min} to`} ${max} ${items}`,
  )
}

type AddIssue = Parameters<Parameters<typeof v.rawCheck<Tag[]>>[0]>[0]['addIssue']

function findRepeatedKey(tags: Tag[], addIssue: AddIssue): void {
  const indexes = new Map<string, number>()
  for (const [index, tag] of tags.entries()) {
    const folded = tag.key.toLowerCase()
    const before = indexes.get(folded)
    indexes.set(folded, index)
    if (before === undefined) continue
    const message = `must not repeat tags[${before}].key: keys are compared without regard to case`
    addIssue({
      message,
      path: [
        { type: 'array', origin: 'value', input: tags, key: index, value: tag },
        { type: 'object', origin: 'value', input: { ...tag }, key: 'key', value: tag.key },
      ],
    })
    return
  }
}
