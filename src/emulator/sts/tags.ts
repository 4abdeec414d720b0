// Tags in requests to STS: their rules in the service's model, and the one that AWS checks after them.

import {
  everyMember,
  lengthAtLeast,
  lengthAtMost,
  matches,
  validationError,
  violationsOf,
  violationsOfOptional,
} from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import { type Parameter, parameterAt, readList, readString, readStructure } from '../protocol/form.ts'

/** A tag as it came; a member that is `null` is missing. */
export interface Tag {
  readonly key: string | null
  readonly value: string | null
}

const characters = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`

const listRules = [lengthAtMost(50)]
const [keyMinimum, keyMaximum, keyCharacters] = [
  lengthAtLeast(1),
  lengthAtMost(128),
  matches(`${characters}+`),
]
const keyRules = [keyMinimum, keyMaximum, keyCharacters]
/** Of a list of tags' keys. */
export const tagKeysRules = [lengthAtMost(50), everyMember([keyMaximum, keyMinimum, keyCharacters])]
const valueRules = [lengthAtMost(256), matches(`${characters}*`)]

/** The parameter `Tags`, `null` when it is absent. */
export function readTags(parameters: Parameter): readonly Tag[] | null {
  const list = readMembers(parameterAt(parameters, 'Tags'))?.map(readStructure)
  return (
    list?.map((member) => ({
      key: readString(parameterAt(member, 'Key')),
      value: readString(parameterAt(member, 'Value')),
    })) ?? null
  )
}

/** What they violate. */
export function tagViolations(tags: readonly Tag[] | null): string[] {
  return [
    ...violationsOfOptional('tags', tags, listRules),
    ...(tags ?? []).flatMap(({ key, value }, index) => [
      ...violationsOf(`tags.${index + 1}.member.key`, key, keyRules),
      ...violationsOf(`tags.${index + 1}.member.value`, value, valueRules),
    ]),
  ]
}

/** The tags by key, once nothing is violated. */
export function uniqueTags(tags: readonly Tag[] | null): readonly (readonly [key: string, value: string])[] {
  const pairs = (tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''] as const)
  if (new Set(pairs.map(([key]) => key.toLowerCase())).size === pairs.length) return pairs
  throw new Fault(
    400,
    'InvalidParameterValue',
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  )
}

/** The members of a list; AWS fills gaps with nulls, and refuses those. */
export function readMembers(list: Parameter): Parameter[] | null {
  return (
    readList(list)?.map((member) => {
      if (member === null) throw validationError('null member value error')
      return member
    }) ?? null
  )
}

/** The texts of a list, `null` when it is absent. */
export function readTexts(list: Parameter): string[] | null {
  return readMembers(list)?.map((member) => readString(member) ?? '') ?? null
}
