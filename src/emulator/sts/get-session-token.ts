// STS GetSessionToken: temporary credentials of a user for himself. STS API reference, GetSessionToken.

import type { SignedCall } from '../call.ts'
import { refuseViolations, valueAtLeast, valueAtMost, violationsOfOptional } from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'
import { parameterAt, readInteger, readString } from '../protocol/form.ts'
import type { Result } from '../protocol/response.ts'
import { refuseMfa, serialNumberRules, tokenCodeRules } from './mfa.ts'
import { credentialsResult, expirationOf } from './session-credentials.ts'

/** Of the duration of a user's session, and of a federated user's. */
export const userDurationRules = [valueAtLeast(900), valueAtMost(129_600)]
/** Twelve hours. */
export const defaultUserDuration = 43_200

/** The members of GetSessionTokenResult. It needs no permission. */
export async function getSessionToken({ parameters, caller, directory, now }: SignedCall): Promise<Result> {
  const durationSeconds = readInteger(parameterAt(parameters, 'DurationSeconds'))
  const serialNumber = readString(parameterAt(parameters, 'SerialNumber'))
  const tokenCode = readString(parameterAt(parameters, 'TokenCode'))
  refuseViolations([
    ...violationsOfOptional('durationSeconds', durationSeconds, userDurationRules),
    ...violationsOfOptional('serialNumber', serialNumber, serialNumberRules),
    ...violationsOfOptional('tokenCode', tokenCode, tokenCodeRules),
  ])
  if (caller.session !== null) {
    throw new Fault(403, 'AccessDenied', 'Cannot call GetSessionToken with session credentials')
  }
  refuseMfa(serialNumber, tokenCode)
  const session = {
    kind: 'user',
    name: '',
    issuedAt: now,
    expiration: expirationOf(now, durationSeconds ?? defaultUserDuration),
    tags: {},
    transitiveTagKeys: [],
    sourceIdentity: undefined,
    claims: {},
  } as const
  return { Credentials: await credentialsResult(directory, caller.identity, session, undefined) }
}
