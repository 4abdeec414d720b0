// Matches text against AWS's wildcards, `*` for any text and `?` for any one character: IAM user guide, "Resource",
// section on wildcards, and the condition operator `StringLike`.

const anyText: unique symbol = Symbol('*')
const anyCharacter: unique symbol = Symbol('?')

/** Characters that must stand there as they are, and wildcards between them. */
export type Pattern = readonly (string | typeof anyText | typeof anyCharacter)[]

/** A pattern in which `*` and `?` are wildcards. */
export function wildcardPattern(text: string): Pattern {
  return Array.from(text, (character) => {
    if (character === '*') return anyText
    return character === '?' ? anyCharacter : character
  })
}

/** A pattern in which every character, `*` and `?` too, stands for itself. */
export function literalPattern(text: string): Pattern {
  return [...text]
}

/**
 * Whether the whole text fits. It goes back to the last `*` alone, since giving an earlier one more could gain nothing:
 * the work is bounded by the product of the lengths, whatever the pattern, where a regular expression's is not.
 */
export function matches(pattern: Pattern, text: string): boolean {
  const characters = [...text]
  let position = 0
  let index = 0
  let lastStar = -1
  let taken = 0
  while (index < characters.length) {
    const part = pattern[position]
    if (part === anyText) {
      lastStar = position
      taken = index
      position += 1
    } else if (part !== undefined && (part === anyCharacter || part === characters[index])) {
      position += 1
      index += 1
    } else if (lastStar >= 0) {
      taken += 1
      index = taken
      position = lastStar + 1
    } else {
      return false
    }
  }
  return pattern.slice(position).every((part) => part === anyText)
}
