// The mistakes that are known of STS, each with its remedy. The README's table is made of the same list.

import type { QueryParameters, QueryValue } from '../query/form.ts'
import type { KnownMistake } from '../query/remedy.ts'
import { SHORTEST_DURATION } from './token-duration.ts'

const LONGER_SESSIONS =
  "A role's session lasts as long as AssumeRole's durationSeconds asks for, up to the role's maximum session duration; one that was assumed from another role, an hour at most."

/** The remedy for a session that allows no more than so many seconds; they are not known where AWS has said no. */
export function sessionRemedy(longest?: number): string {
  return `${shorterToken(longest)} ${LONGER_SESSIONS}`
}

function shorterToken(longest: number | undefined): string {
  if (longest === undefined) {
    return 'Ask for fewer durationSeconds than the session has left (a session of 900 s cannot mint a token of 900 s), or use credentials with a longer session.'
  }
  return longest < SHORTEST_DURATION
    ? 'The session has too little left for any token: get fresh credentials.'
    : `Ask for at most ${longest} durationSeconds, or use credentials with a longer session.`
}

/** In the order in which they are looked for. */
export const STS_MISTAKES: readonly KnownMistake[] = [
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
    when: 'a policy denies the call explicitly',
    applies: ({ code, message }) => code === 'AccessDenied' && message.includes('with an explicit deny'),
    remedy: () => 'No Allow overrides it: change the policy that denies, which the message names.',
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
    when: 'no policy allows the call',
    applies: ({ code, message }) => code === 'AccessDenied' && message.includes('sts:GetWebIdentityToken'),
    remedy: ({ Audience }) => `Allow the caller just this: ${leastStatement(Audience)}`,
  },
  {
    code: 'InvalidAction',
    when: 'the address leads to the global endpoint',
    applies: ({ code, message }) => code === 'InvalidAction' && message.includes('STS global endpoint'),
    remedy: () => 'Call a regional endpoint, such as https://sts.us-east-1.amazonaws.com.',
  },
  {
    code: 'ExpiredTokenException',
    when: "the web identity that was given for a role's credentials has run out",
    applies: ({ code, parameters }) => code === 'ExpiredToken' && 'WebIdentityToken' in parameters,
    remedy: () => 'Get a fresh token from its issuer; a function in its place is asked at each refresh.',
  },
  {
    code: 'InvalidIdentityToken',
    when: "AWS cannot verify the web identity that was given for a role's credentials",
    applies: ({ code }) => code === 'InvalidIdentityToken',
    remedy: () =>
      'The account needs an OpenID Connect provider with the very issuer of the token; tokens of AWS STS itself are never taken here.',
  },
  {
    code: 'IDPRejectedClaim',
    when: "the issuer of the web identity refused it, or the role's trust policy does not fit it",
    applies: ({ code }) => code === 'IDPRejectedClaim',
    remedy: () =>
      "Compare the token's aud and sub with the provider's audiences and the role's trust policy.",
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
