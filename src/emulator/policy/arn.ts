// Compares ARNs as policies do, segment by segment: IAM user guide, "Resource", section on wildcards, and the ARN
// condition operators.

import { matches, type Pattern, wildcardPattern } from './wildcard.ts'

/** `arn`, partition, service, region, account, resource; only the last may hold colons. */
const segmentCount = 6

const everything = wildcardPattern('*')

/** As in `ArnLike`: six segments, each compared by itself, so that no wildcard reaches over one of the first five colons. */
export function matchesArn(pattern: Pattern, arn: string): boolean {
  const patterns = segmentsOf(pattern)
  const segments = textSegmentsOf(arn)
  return (
    patterns.length === segmentCount &&
    segments.length === segmentCount &&
    patterns.every((segment, index) => matches(segment, segments[index] ?? ''))
  )
}

/**
 * As in `Resource`: the same, but `*` alone is every resource, and segments that are left out at the end are `*`
 * (assumed: AWS documents neither that it takes such an ARN nor what it means; other evaluators read it so).
 */
export function matchesResource(pattern: Pattern, arn: string): boolean {
  if (pattern.length === 1 && matches(pattern, arn)) return true
  const patterns = segmentsOf(pattern)
  const segments = textSegmentsOf(arn)
  return (
    segments.length === segmentCount &&
    segments.every((segment, index) => matches(patterns[index] ?? everything, segment))
  )
}

function segmentsOf(pattern: Pattern): Pattern[] {
  const segments: Pattern[] = []
  let start = 0
  for (const [index, part] of pattern.entries()) {
    if (part === ':' && segments.length < segmentCount - 1) {
      segments.push(pattern.slice(start, index))
      start = index + 1
    }
  }
  return [...segments, pattern.slice(start)]
}

function textSegmentsOf(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length <= segmentCount
    ? parts
    : [...parts.slice(0, segmentCount - 1), parts.slice(segmentCount - 1).join(':')]
}
