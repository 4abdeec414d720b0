// Temporary credentials as STS answers them.

import type { Session } from '../account/caller.ts'
import type { Directory } from '../account/directory.ts'
import type { Identity } from '../account/identity.ts'
import type { SessionPolicies } from '../account/sealed-session.ts'
import type { Result } from '../protocol/response.ts'

/** The structure `Credentials` for a new session. */
export async function credentialsResult(
  directory: Directory,
  identity: Identity,
  session: Omit<Session, 'policies'> & { readonly expiration: number },
  policies: SessionPolicies | undefined,
): Promise<NonNullable<Result>> {
  const { accessKeyId, secretAccessKey, sessionToken } = await directory.giveSession(
    identity,
    session,
    policies,
  )
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(session.expiration),
  }
}

/** The end of a session in milliseconds: a whole second, as AWS tells it. */
export function expirationOf(now: number, durationSeconds: number): number {
  return Math.floor(now / 1000 + durationSeconds) * 1000
}
