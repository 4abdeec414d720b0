// The name that was meant, where one was mistyped.

/** The nearest of the names: one that it begins, or one that a slip or two of the finger away is. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const begun = names.filter((name) => given.length > 1 && name.startsWith(given))
  if (begun.length === 1) return begun[0]
  const slips = names.map((name) => ({ name, distance: distanceBetween(given, name) }))
  const [closest] = slips.sort((one, other) => one.distance - other.distance)
  return closest !== undefined && closest.distance <= Math.min(2, given.length / 3) ? closest.name : undefined
}

// Levenshtein's, with two neighbours in the wrong order as one slip; row by row, each from the two above it.
function distanceBetween(one: string, other: string): number {
  let before: number[] = []
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      current[column] = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = above
    above = current
  }
  return above[other.length] ?? 0
}
