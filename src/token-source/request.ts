// Which token a source keeps.

import { checkInput, type GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import { DEFAULT_DURATION } from '../sts/token-duration.ts'

/** Which token. */
export interface TokenRequest extends Omit<GetWebIdentityTokenInput, 'audience'> {
  /**
   * Whom the token is for: the `aud` claim. One, or up to ten; name as few as possible, for each receiver can use the token
   * at the others.
   */
  readonly audience: string | readonly string[]
}

/** @throws {InputError} which names the member, as `StsClient.getWebIdentityToken` does. */
export function checkRequest(request: TokenRequest): GetWebIdentityTokenInput {
  const { audience } = request
  return checkInput({ ...request, audience: typeof audience === 'string' ? [audience] : audience })
}

/** The lifetime that is asked for, in milliseconds. */
export function lifetimeOf({ durationSeconds = DEFAULT_DURATION }: GetWebIdentityTokenInput): number {
  return durationSeconds * 1000
}
