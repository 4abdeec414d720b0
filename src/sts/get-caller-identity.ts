// GetCallerIdentity: whose credentials these are. It needs no permission.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html

import type { QueryOperation } from '../query/operation.ts'

/** Who is calling. */
export interface GetCallerIdentityOutput {
  /** The unique identifier of the user, or of the role and its session. */
  readonly userId: string
  /** The account, twelve digits. */
  readonly account: string
  /** The ARN of the caller; of an assumed role, its session's. */
  readonly arn: string
}

export const getCallerIdentity: QueryOperation<GetCallerIdentityOutput> = {
  name: 'GetCallerIdentity',
  isRegionalOnly: false,
  isSigned: true,
  result: (result) => ({
    userId: result.string('UserId'),
    account: result.string('Account'),
    arn: result.string('Arn'),
  }),
}
