// A request for a token in which nothing is left open, so that who means the same asks for the same.

import type { SigningAlgorithm, Tag, TokenRequest } from 'aws-web-identity'

/** What a token says, besides what AWS puts into it. */
export interface WholeRequest {
  readonly audience: readonly string[]
  readonly signingAlgorithm: SigningAlgorithm
  readonly durationSeconds: number
  readonly tags: readonly Tag[]
}

/** The lifetime where nobody says another, in seconds: AWS's own default. */
export const DEFAULT_DURATION = 300

/** Tags in one order, so that the same ones are one token. */
export function inOrder(tags: readonly Tag[]): Tag[] {
  return tags.toSorted((one, other) => (one.key < other.key ? -1 : 1))
}

/** The same request, with AWS's defaults in it. */
export function wholeRequest({
  audience,
  signingAlgorithm,
  durationSeconds = DEFAULT_DURATION,
  tags = [],
}: TokenRequest): WholeRequest {
  return { audience: [audience].flat(), signingAlgorithm, durationSeconds, tags }
}
