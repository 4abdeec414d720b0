// Who calls, as far as it is known without asking AWS: what the credentials themselves tell.

import { withinDeadline } from '../http/deadline.ts'
import { type CallOptions, checkSignal } from './call-options.ts'
import type { Connection } from './connection.ts'
import { resolveCredentials } from './resolve-credentials.ts'

/** What a client's credentials and its address tell of whoever calls. It is the same for each session of one role. */
export interface CallerDescription {
  /** Where calls go: scheme, host and port. */
  readonly origin: string
  readonly signingRegion: string
  /** The account: as the credentials say, else as AWS writes it into the access key of a session. */
  readonly accountId?: string
  /**
   * The access key of a user. The key of a session is another one each time, and stands here only where nothing tells its
   * account.
   */
  readonly accessKeyId?: string
}

/** @throws {CredentialsError} {@link TimeoutError}, or the reason of the caller's signal. */
export async function describeCaller(
  connection: Connection,
  options: CallOptions | undefined,
): Promise<CallerDescription> {
  const { accessKeyId, sessionToken, accountId } = await withinDeadline(
    connection.timeout,
    checkSignal(options),
    ({ waitingFor }) => {
      waitingFor('the credentials provider', 0)
      return resolveCredentials(connection, { forceRefresh: false })
    },
  )
  const { url, signingRegion } = connection.endpoint
  const { origin } = url
  const account = accountId ?? accountOf(accessKeyId)
  if (sessionToken === undefined || account === undefined) return { origin, signingRegion, accessKeyId }
  return { origin, signingRegion, accountId: account }
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

// Behind the four letters of its kind a key of today holds the account: base32, of which bits 1 to 40 are the number and
// bit 0 is set. One that is made otherwise (by an emulator, or years ago) tells nothing, and two accounts must not look
// like one.
function accountOf(accessKeyId: string): string | undefined {
  if (!/^[A-Z]{4}[Q-Z2-7][A-Z2-7]{15}$/.test(accessKeyId)) return undefined
  let number = 0n
  for (const character of accessKeyId.slice(4, 14)) {
    number = number * 32n + BigInt(BASE32.indexOf(character))
  }
  // 50 bits, of which the first 48 are the bytes that are looked at.
  return String(((number >> 2n) & 0x7fff_ffff_ff80n) >> 7n).padStart(12, '0')
}
