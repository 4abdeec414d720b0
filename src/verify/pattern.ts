// Patterns as IAM has them: `*` for any characters, `?` for one. Those of ARNs are matched as IAM's `ArnLike` does it,
// each of the six parts for itself, so that `arn:aws:iam::*:role/x` can't be met by a role's path.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

/** Whether the whole text meets the pattern, in time that is at most the product of their lengths. */
export function matchesPattern(text: string, pattern: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let resumeAt = 0
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next
      resumeAt = at
      next += 1
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      at += 1
      next += 1
    } else if (star >= 0) {
      // The last star takes one character more.
      resumeAt += 1
      at = resumeAt
      next = star + 1
    } else {
      return false
    }
  }
  return /^\**$/.test(pattern.slice(next))
}

/** Whether the whole ARN meets the pattern, part by part. */
export function matchesArnPattern(arn: string, pattern: string): boolean {
  const parts = arnParts(arn)
  const patterns = arnParts(pattern)
  if (parts.length !== 6 || patterns.length !== 6) return false
  return parts.every((part, index) => matchesPattern(part, patterns[index] ?? ''))
}

/** The six parts of an ARN or of a pattern for one: the last may hold colons. Fewer for what is none. */
export function arnParts(text: string): string[] {
  const parts = text.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}
