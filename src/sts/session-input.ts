// The rules that the STS operations share for names, lengths and tags, as AWS's service model has them.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html

import * as v from 'valibot'

/** A tag of a session or a token. */
export interface Tag {
  /** 1 to 128 letters, digits, spaces and `_.:/=+-@`; unique without regard to case. */
  readonly key: string
  /** At most 256 of the same characters. */
  readonly value: string
}

export const object = 'must be an object'
export const tagList = 'must be an array of { key, value }'

export const string = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.isWellFormed(), 'must be well-formed Unicode: it holds half a surrogate pair'),
)

/** AWS's `integer`. */
export const integer = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'))

/** A string of that many Unicode characters, as Smithy's length trait counts them, not UTF-16 units. */
export function text(min: number, max: number) {
  return v.pipe(
    string,
    v.check((value) => {
      // A character has one unit or two: mostly the units tell enough.
      if (value.length >= 2 * min - 1 && value.length <= max) return true
      const length = Array.from(value).length
      return length >= min && length <= max
    }, `must have ${min} to ${max} characters`),
  )
}

/** A string of that many characters that a tag may have. */
export function tagText(min: number, max: number) {
  return v.pipe(
    text(min, max),
    v.check(
      // Written here, so that it is compiled for the first tag, and not in front of each program's first request.
      (value) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(value),
      'must hold letters, digits, spaces and _.:/=+-@ only',
    ),
  )
}

/** A list of that many items. */
export function size<Item>(min: number, max: number, items: string) {
  return v.check<Item[], string>(
    ({ length }) => length >= min && length <= max,
    `must hold ${min === 0 ? 'at most' : `${min} to`} ${max} ${items}`,
  )
}

/** A whole number of seconds. */
export function seconds(min: number, max: number) {
  return v.pipe(
    v.number('must be a number'),
    v.check(
      (value) => Number.isInteger(value) && value >= min && value <= max,
      `must be a whole number of seconds from ${min} to ${max}`,
    ),
  )
}

/** At most 50 tags, no key twice. */
export const tags = v.pipe(
  v.array(v.strictObject({ key: tagText(1, 128), value: tagText(0, 256) }, object), tagList),
  size(0, 50, 'tags'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed) findRepeatedKey(dataset.value, addIssue)
  }),
)

type AddIssue = Parameters<Parameters<typeof v.rawCheck<Tag[]>>[0]>[0]['addIssue']

function findRepeatedKey(list: Tag[], addIssue: AddIssue): void {
  const indexes = new Map<string, number>()
  for (const [index, tag] of list.entries()) {
    const folded = tag.key.toLowerCase()
    const before = indexes.get(folded)
    indexes.set(folded, index)
    if (before === undefined) continue
    addIssue({
      message: `must not repeat tags[${before}].key: keys are compared without regard to case`,
      path: [
        { type: 'array', origin: 'value', input: list, key: index, value: tag },
        { type: 'object', origin: 'value', input: { ...tag }, key: 'key', value: tag.key },
      ],
    })
    return
  }
}
