// Who signed a request: a user by its own access key, or a session of a user or role, in the forms in which
// GetCallerIdentity names them.

import type { Policy } from '../policy/document.ts'
import { type Identity, uniqueId } from './identity.ts'

/** What temporary credentials stand for. */
export interface Session {
  /** By AssumeRole and AssumeRoleWithWebIdentity, by GetSessionToken, or by GetFederationToken. */
  readonly kind: 'role' | 'user' | 'federated user'
  /** Of a role or of a federated user; `''` of a user's. */
  readonly name: string
  /** Milliseconds; `null` for one that never ends. */
  readonly expiration: number | null
  /** Milliseconds; `null` for one that stands ready from the start, which counts as issued just now. */
  readonly issuedAt: number | null
  readonly tags: Readonly<Record<string, string>>
  /** Keys of those tags that the next role of a chain inherits, as they were given. */
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
  /** Policies that the session was given: it may do no more than they allow. */
  readonly policies: readonly Policy[] | undefined
  /** Members that the session adds to the namespace claim. */
  readonly claims: Readonly<Record<string, string>>
}

/** A caller whose credentials were found; its signature is another question. */
export interface Caller {
  readonly identity: Identity
  readonly session: Session | null
}

// What of a caller tells its name.
interface NamedCaller {
  readonly identity: Identity
  readonly session: Pick<Session, 'kind' | 'name'> | null
}

/** The ARN that GetCallerIdentity answers: of a session it is the session's, without the role's path. */
export function callerArn({ identity, session }: NamedCaller): string {
  const { partition, accountId, name } = identity
  if (session === null || session.kind === 'user') return identity.arn
  return session.kind === 'role'
    ? `arn:${partition}:sts::${accountId}:assumed-role/${name}/${session.name}`
    : `arn:${partition}:sts::${accountId}:federated-user/${session.name}`
}

/** The `UserId` that GetCallerIdentity answers. */
export async function callerId({ identity, session }: NamedCaller): Promise<string> {
  if (session?.kind === 'federated user') return `${identity.accountId}:${session.name}`
  const id = await uniqueId(identity)
  return session?.kind === 'role' ? `${id}:${session.name}` : id
}

/** The tags of the principal; those of its session win, whatever the case of their keys. */
export function principalTags({ identity, session }: Caller): Readonly<Record<string, string>> {
  if (session === null) return identity.tags
  const overridden = new Set(Object.keys(session.tags).map((key) => key.toLowerCase()))
  const kept = Object.entries(identity.tags).filter(([key]) => !overridden.has(key.toLowerCase()))
  return Object.fromEntries([...kept, ...Object.entries(session.tags)])
}
