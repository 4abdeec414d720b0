// Who may sign requests to the emulator, in the forms in which AWS names a principal: IAM's "IAM identifiers"
// (ARNs, unique IDs) and STS's GetCallerIdentity.

/** A user or role that may sign requests. */
export interface EmulatorPrincipal {
  /**
   * Of a user or role, with its path, such as `arn:aws:iam::123456789012:role/outbound/worker`. A role stands
   * for one assumed-role session of it.
   */
  readonly arn: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials: requests must carry it. Without one, requests that carry any are refused. */
  readonly sessionToken?: string | undefined
  /** Of a role's session, 2 to 64 characters. Default `emulator`. */
  readonly sessionName?: string | undefined
  /** When the session ends: then its credentials are refused, and no token may outlive it. Default never. */
  readonly sessionExpiration?: Date | undefined
  /** Tags of the principal, in its tokens as `principal_tags`. Default none. */
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** A principal with all that follows from its options. */
export interface Principal {
  /** The ARN of the user or role, with its path: `sub` of a token. */
  readonly arn: string
  /** The ARN that GetCallerIdentity answers: of a role it is the session's, without the path. */
  readonly callerArn: string
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
  /** Name of a role's session; `null` for a user. */
  readonly sessionName: string | null
  /** Milliseconds. */
  readonly sessionExpiration: number | null
  readonly tags: Readonly<Record<string, string>>
}

/** The partition, account, kind, path and name of a user or role. */
export const principalArn = /^arn:(aws[a-z-]*):iam::(\d{12}):(user|role)\/(?:[!-.0-~]+\/)*([\w+=,.@-]{1,64})$/

/** Completes a principal whose options were checked. */
export function toPrincipal(options: EmulatorPrincipal): Principal {
  const [, partition = '', accountId = '', kind, name = ''] = principalArn.exec(options.arn) ?? []
  const sessionName = kind === 'role' ? (options.sessionName ?? 'emulator') : null
  return {
    arn: options.arn,
    callerArn:
      sessionName === null
        ? options.arn
        : `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
    accountId,
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey,
    sessionToken: options.sessionToken ?? null,
    sessionName,
    sessionExpiration: options.sessionExpiration?.getTime() ?? null,
    tags: { ...options.tags },
  }
}

/** The unique id that AWS gives a principal once and for all; here it follows from the ARN. */
export async function uniqueId({ arn, sessionName }: Principal): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(arn)))
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const id = Array.from(hash.subarray(0, 17), (byte) => letters[byte % letters.length]).join('')
  return sessionName === null ? `AIDA${id}` : `AROA${id}:${sessionName}`
}
