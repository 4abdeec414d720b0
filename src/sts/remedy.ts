// What to do about a refusal of STS, in one sentence, for each known mistake. The README's table is made of the
// same list.

import type { ServiceErrorDetails } from '../errors.ts'
import type { QueryParameters, QueryValue } from '../query/form.ts'

/** A mistake that people make, and its remedy. */
export interface KnownMistake {
  /** AWS's code, as it stands in `error.code`. */
  readonly code: string
  /** What has happened, for a reader. */
  readonly when: string
  readonly applies: (refusal: Refusal) => boolean
  readonly remedy: (parameters: QueryParameters) => string
}

/** What STS said: its code without `Exception` at the end, which AWS writes both ways, and its message. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

/** The remedy for what STS said; `undefined` where none is known. */
export function remedyFor(
  { code, message }: ServiceErrorDetails,
  parameters: QueryParameters,
): string | undefined {
  const refusal = { code: code.replace(/Exception$/, ''), message }
  return KNOWN_MISTAKES.find(({ applies }) => applies(refusal))?.remedy(parameters)
}

/** The remedy for a session that has that many seconds left; they are not known where AWS has said no. */
export function sessionRemedy(secondsLeft?: number): string {
  if (secondsLeft === undefined) {
    return 'Ask for fewer durationSeconds than the session has left (a session of 900 s cannot mint a token of 900 s), or use credentials with a longer session.'
  }
  const most = Math.ceil(secondsLeft) - 1
  return most < 60
    ? 'The session has too little left for any token: get fresh credentials.'
    : `Ask for at most ${most} durationSeconds, or use credentials with a longer session.`
}

/** In the order in which they are looked for. */
export const KNOWN_MISTAKES: readonly KnownMistake[] = [
  {
    code: 'OutboundWebIdentityFederationDisabledException',
    when: 'the account has not switched on outbound identity federation',
    applies: ({ code }) => code === 'OutboundWebIdentityFederationDisabled',
    remedy: () =>
      'Switch it on once for the account, by enableOutboundWebIdentityFederation() of aws-web-identity/iam or `aws iam enable-outbound-web-identity-federation`, and wait about 10 seconds.',
  },
  {
    code: 'SessionDurationEscalationException',
    when: "the token would outlive the caller's session",
    applies: ({ code }) => code === 'SessionDurationEscalation',
    remedy: () => sessionRemedy(),
  },
  {
    code: 'JWTPayloadSizeExceededException',
    when: 'the claims are too long',
    applies: ({ code }) => code === 'JWTPayloadSizeExceeded',
    remedy: (parameters) =>
      `The claims may have 14,984 bytes, of which the audience and tags of this request alone take about ${claimedBytes(parameters)}: send fewer or shorter ones.`,
  },
  {
    code: 'AccessDenied',
    when: 'the request has tags, and the caller lacks their permission',
    applies: ({ code, message }) => code === 'AccessDenied' && message.includes('sts:TagGetWebIdentityToken'),
    remedy: () =>
      'A request with tags needs the permission sts:TagGetWebIdentityToken beside sts:GetWebIdentityToken.',
  },
  {
    code: 'AccessDenied',
    when: 'the credentials are of a GetFederationToken session',
    applies: ({ code, message }) => code === 'AccessDenied' && message.includes('federated user sessions'),
    remedy: () =>
      'Sessions of GetFederationToken may not mint tokens: use the keys of a user, a GetSessionToken session or an assumed role.',
  },
  {
    code: 'AccessDenied',
    when: 'a policy denies the call explicitly',
    applies: ({ code, message }) => code === 'AccessDenied' && message.includes('with an explicit deny'),
    remedy: () => 'No Allow overrides it: change the policy that denies, which the message names.',
  },
  {
    code: 'AccessDenied',
    when: 'no policy allows the call',
    applies: ({ code, message }) => code === 'AccessDenied' && message.includes('sts:GetWebIdentityToken'),
    remedy: ({ Audience }) => `Allow the caller just this: ${leastStatement(Audience)}`,
  },
  {
    code: 'ExpiredToken',
    when: 'the credentials, or the token in their place, have run out',
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
  {
    code: 'InvalidAction',
    when: 'the address leads to the global endpoint',
    applies: ({ code, message }) => code === 'InvalidAction' && message.includes('STS global endpoint'),
    remedy: () => 'Call a regional endpoint, such as https://sts.us-east-1.amazonaws.com.',
  },
]

function claimedBytes({ Audience, Tags }: QueryParameters): string {
  const tags = Array.isArray(Tags) ? Tags : []
  const claims = {
    aud: Audience,
    request_tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
  }
  return new TextEncoder().encode(JSON.stringify(claims)).byteLength.toLocaleString('en')
}

// `StringEquals` would deny everything, for the key has many values; without `Null` an absent key would pass.
function leastStatement(audience: QueryValue | undefined): string {
  const key = 'sts:IdentityTokenAudience'
  return JSON.stringify({
    Effect: 'Allow',
    Action: 'sts:GetWebIdentityToken',
    Resource: '*',
    Condition: { 'ForAllValues:StringEquals': { [key]: audience }, Null: { [key]: 'false' } },
  })
}
