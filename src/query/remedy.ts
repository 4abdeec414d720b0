// What to do about a refusal, in one sentence, for each known mistake: credentials, clock and region are mistaken
// alike with every service.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html

import type { ServiceErrorDetails } from '../errors.ts'
import type { QueryParameters } from './form.ts'

/** A mistake that people make, and its remedy. */
export interface KnownMistake {
  /** AWS's code, as it stands in `error.code`. */
  readonly code: string
  /** What has happened, for a reader. */
  readonly when: string
  readonly applies: (refusal: Refusal) => boolean
  readonly remedy: (parameters: QueryParameters) => string
}

/** What the service said: its code without `Exception` at the end, which AWS writes both ways, and its message. */
export interface Refusal {
  readonly code: string
  readonly message: string
  /** The request's. */
  readonly parameters: QueryParameters
}

/** The remedy for what a service said, by its own mistakes and by those that all services know. */
export function remedyFor(
  mistakes: readonly KnownMistake[],
  { code, message }: ServiceErrorDetails,
  parameters: QueryParameters,
): string | undefined {
  const refusal = { code: code.replace(/Exception$/, ''), message, parameters }
  return [...mistakes, ...COMMON_MISTAKES].find(({ applies }) => applies(refusal))?.remedy(parameters)
}

/** In the order in which they are looked for, after a service's own. */
export const COMMON_MISTAKES: readonly KnownMistake[] = [
  {
    code: 'ExpiredToken',
    when: 'the credentials have run out',
    applies: ({ code }) => code === 'ExpiredToken',
    remedy: () => 'Get fresh ones; a function in place of credentials is asked for them by itself.',
  },
  {
    code: 'InvalidClientTokenId',
    when: 'AWS does not know the keys, or not together',
    applies: ({ code }) => code === 'InvalidClientTokenId',
    remedy: () =>
      'The three parts must belong together: temporary keys (ASIA…) need their own session token, long-term keys (AKIA…) have none; and they must be of the partition that is called.',
  },
  {
    code: 'SignatureDoesNotMatch',
    when: 'the clock is off by more than 15 minutes, and it could not be set right',
    applies: ({ code, message }) =>
      code === 'SignatureDoesNotMatch' && /^Signature (?:expired|not yet current)/.test(message),
    remedy: () => 'Set the clock of this machine right.',
  },
  {
    code: 'SignatureDoesNotMatch',
    when: 'the secret is another than that of the access key',
    applies: ({ code }) => code === 'SignatureDoesNotMatch',
    remedy: () => 'Check that secretAccessKey is whole and belongs to accessKeyId.',
  },
  {
    code: 'RegionDisabledException',
    when: 'the region is not switched on for the account',
    applies: ({ code }) => code === 'RegionDisabled',
    remedy: () =>
      "Switch the region on in the account's settings (AWS Regions, and STS endpoints in IAM), or name another.",
  },
]
