// STS GetCallerIdentity: who signed the request.

import { uniqueId } from '../account/principal.ts'
import type { OperationCall } from './operation.ts'

/** The members of GetCallerIdentityResult. */
export async function getCallerIdentity({ principal }: OperationCall): Promise<Record<string, string>> {
  return { Arn: principal.callerArn, UserId: await uniqueId(principal), Account: principal.accountId }
}
