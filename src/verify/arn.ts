// The ARN of a principal, as IAM's "IAM identifiers" has it.

/** The parts of a principal's ARN. */
export interface PrincipalArn {
  /** Such as `aws` or `aws-us-gov`. */
  readonly partition: string
  /** Twelve digits. */
  readonly account: string
  readonly kind: 'role' | 'user' | 'assumed-role' | 'root'
  /** From `/` to `/`, such as `/outbound/`; `/` where there is none. AWS names none for an assumed role. */
  readonly path: string
  /** Of the role or user, without its path; `root` for the account's root user. */
  readonly name: string
  /** Of an assumed role's session; such a `sub` is not AWS's habit, which names the role itself. */
  readonly sessionName?: string
}

const IAM_ARN =
  /^arn:(aws[a-z-]{0,32}):iam::(\d{12}):(?:(user|role)(\/(?:[!-~]{0,510}\/)?)([\w+=,.@-]{1,64})|root)$/
const STS_ARN = /^arn:(aws[a-z-]{0,32}):sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/

/** `undefined` for what is no ARN of a user, a role, an assumed role or a root user. */
export function parsePrincipalArn(text: string): PrincipalArn | undefined {
  const [, partition, account, kind, path = '/', name = 'root'] = IAM_ARN.exec(text) ?? []
  if (partition === undefined || account === undefined) return parseSessionArn(text)
  return Object.freeze({
    partition,
    account,
    kind: kind === 'user' || kind === 'role' ? kind : 'root',
    path,
    name,
  })
}

function parseSessionArn(text: string): PrincipalArn | undefined {
  const [, partition, account, name, sessionName] = STS_ARN.exec(text) ?? []
  if (partition === undefined || account === undefined || name === undefined || sessionName === undefined) {
    return undefined
  }
  return Object.freeze({ partition, account, kind: 'assumed-role', path: '/', name, sessionName })
}
