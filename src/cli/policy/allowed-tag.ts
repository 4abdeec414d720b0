// `--tag team=web`, or `--tag team` for any value.

import type { ValueType } from '../value-types.ts'
import type { AllowedTag } from './grant.ts'

/** The value begins behind the first equals sign, and may be empty. */
export const allowedTag: ValueType<AllowedTag> = {
  rule: 'must be a key, or a key and a value, such as team or team=web',
  read(given) {
    const at = given.indexOf('=')
    if (given === '' || at === 0) return undefined
    return at < 0 ? { key: given, values: [] } : { key: given.slice(0, at), values: [given.slice(at + 1)] }
  },
}

/** A tag that stands several times may have each of its values; any, where it stands without one. */
export function mergeTags(tags: readonly AllowedTag[]): readonly AllowedTag[] {
  const valuesOf = new Map<string, readonly string[]>()
  for (const { key, values } of tags) {
    const before = valuesOf.get(key) ?? values
    valuesOf.set(key, before.length === 0 || values.length === 0 ? [] : [...new Set([...before, ...values])])
  }
  return [...valuesOf].map(([key, values]) => ({ key, values }))
}
