// ARNs of the accounts' users, roles and sessions: IAM's "IAM identifiers".

/** The partition, account, kind, path and name of a user or role. */
export const principalArn =
  /^arn:(aws[a-z-]*):iam::(\d{12}):(user|role)\/((?:[!-.0-~]+\/)*)([\w+=,.@-]{1,64})$/

/** What an ARN of a user or role says. */
export interface PrincipalArn {
  readonly arn: string
  readonly partition: string
  readonly accountId: string
  readonly kind: 'user' | 'role'
  readonly name: string
}

/** `undefined` where it is no such ARN. */
export function parsePrincipalArn(arn: string): PrincipalArn | undefined {
  const match = principalArn.exec(arn)
  if (match === null) return undefined
  const [, partition = '', accountId = '', kind, , name = ''] = match
  return { arn, partition, accountId, kind: kind === 'role' ? 'role' : 'user', name }
}
