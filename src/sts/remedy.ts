// What to do about an error of STS, in one sentence, where a known mistake has a known remedy.

import type { ServiceErrorDetails } from '../errors.ts'

/** The remedy for what STS said; `undefined` where none is known. */
export function remedyFor({ code, message }: ServiceErrorDetails): string | undefined {
  switch (code.replace(/Exception$/, '')) {
    case 'OutboundWebIdentityFederationDisabled':
      return 'Switch it on once for the account: aws iam enable-outbound-web-identity-federation (it takes about 10 seconds to reach STS).'
    case 'SessionDurationEscalation':
      return 'Ask for fewer durationSeconds than the session has left, or use credentials with a longer session.'
    case 'JWTPayloadSizeExceeded':
      return 'Send fewer or shorter audiences and tags: the claims may have 14,984 bytes.'
    case 'AccessDenied':
      if (message.includes('sts:TagGetWebIdentityToken')) {
        return 'A request with tags needs the permission sts:TagGetWebIdentityToken beside sts:GetWebIdentityToken.'
      }
      return undefined
    default:
      return undefined
  }
}
