// STS GetCallerIdentity: who signed the request. It needs no permission, and no policy can deny it.

import { callerArn, callerId } from '../account/caller.ts'
import type { SignedCall } from '../call.ts'
import type { Result } from '../protocol/response.ts'

/** The members of GetCallerIdentityResult. */
export async function getCallerIdentity({ caller }: SignedCall): Promise<Result> {
  return { Arn: callerArn(caller), UserId: await callerId(caller), Account: caller.identity.accountId }
}
