// From the ARN that STS calls a caller by to the `sub` of its tokens, which names a role and not its session.

import { parsePrincipalArn } from '../../verify/arn.ts'

export interface Subject {
  readonly arn: string
  /** Whether the role may have a path besides, which the ARN of a session does not show. */
  readonly mayHavePath: boolean
}

/** `undefined` where the caller is none that may ask for tokens, as a GetFederationToken session. */
export function subjectOf(callerArn: string): Subject | undefined {
  const parsed = parsePrincipalArn(callerArn)
  if (parsed === undefined) return undefined
  const { kind, partition, account, name } = parsed
  if (kind !== 'assumed-role') return { arn: callerArn, mayHavePath: false }
  return { arn: `arn:${partition}:iam::${account}:role/${name}`, mayHavePath: true }
}
