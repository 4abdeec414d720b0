// The credentials of a call, asked for anew where those that came are of no use.

import type { ServiceError } from '../errors.ts'
import type { Call } from './connection.ts'
import type { ResolvedCredentials } from './credentials.ts'
import { emit } from './event.ts'
import { resolveCredentials } from './resolve-credentials.ts'

/** What a provider keeps may end too soon for this request, and what it has in store may not. */
export async function obtainLongEnough<Output>(
  call: Call<Output>,
): Promise<{ credentials: ResolvedCredentials | undefined; isRefreshed: boolean }> {
  const credentials = await obtainCredentials(call, 0, false)
  const tooShort = await sessionError(call, credentials)
  if (tooShort === undefined || !call.connection.clock.mayRefuse()) return { credentials, isRefreshed: false }
  if (!canRefresh(call)) throw tooShort
  const others = await obtainCredentials(call, 0, true)
  const stillTooShort = await sessionError(call, others)
  if (stillTooShort !== undefined) throw stillTooShort
  return { credentials: others, isRefreshed: true }
}

async function sessionError<Output>(
  { operation, parameters, connection }: Call<Output>,
  credentials: ResolvedCredentials | undefined,
): Promise<ServiceError | undefined> {
  if (credentials?.expiration === undefined) return undefined
  return operation.checkSession?.(parameters, credentials.expiration, connection.clock.now())
}

/** Whether there may be others. */
export function canRefresh<Output>({ connection, operation }: Call<Output>): boolean {
  return operation.isSigned && typeof connection.credentials === 'function'
}

/** @param attempts how many requests were sent before */
export async function obtainCredentials<Output>(
  { connection, operation, deadline }: Call<Output>,
  attempts: number,
  forceRefresh: boolean,
): Promise<ResolvedCredentials | undefined> {
  if (!operation.isSigned) return undefined
  const began = performance.now()
  deadline.waitingFor('the credentials provider', attempts)
  const credentials = await resolveCredentials(connection, { forceRefresh })
  deadline.signal.throwIfAborted()
  const { expiration } = credentials
  emit(connection.onEvent, {
    type: 'credentials',
    operation: operation.name,
    forceRefresh,
    expiration: expiration && new Date(expiration), // who watches may change it
    duration: performance.now() - began,
  })
  return credentials
}
