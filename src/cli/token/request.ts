// Which token is asked for.

import type { Preset } from '../../exchange/preset.ts'
import type { GetWebIdentityTokenInput, SigningAlgorithm } from '../../sts/get-web-identity-token-input.ts'
import { UsageError } from '../complaint.ts'

/** What the line says of it. */
export interface RequestLine {
  readonly audience: readonly string[]
  readonly algorithm: SigningAlgorithm | undefined
  /** In seconds. */
  readonly duration: number | undefined
  readonly tag: GetWebIdentityTokenInput['tags'] & {}
}

/**
 * That of the preset, which was made of the line; else the line's own.
 *
 * @throws {UsageError} where the line says too little
 */
export function tokenRequestOf(line: RequestLine, preset: Preset | undefined): GetWebIdentityTokenInput {
  if (preset !== undefined) return { ...preset.tokenRequest, audience: [preset.tokenRequest.audience].flat() }
  const { audience, algorithm, duration, tag } = line
  if (audience.length === 0) {
    throw new UsageError(
      '--audience is missing: whom the token is for, such as https://api.example.com, or that of a --preset',
    )
  }
  if (algorithm === undefined) {
    throw new UsageError('--algorithm is missing: RS256, which is understood everywhere, or ES384')
  }
  return {
    audience,
    signingAlgorithm: algorithm,
    ...(duration !== undefined && { durationSeconds: duration }),
    // An empty list would be sent as one.
    ...(tag.length > 0 && { tags: tag }),
  }
}
