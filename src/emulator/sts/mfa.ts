// Multi-factor authentication: its parameters are checked, but the emulator's users have no devices.

import { lengthAtLeast, lengthAtMost, matches } from '../protocol/constraints.ts'
import { Fault } from '../protocol/fault.ts'

/** Of a device's serial number. */
export const serialNumberRules = [lengthAtLeast(9), lengthAtMost(256), matches(String.raw`[\w+=/:,.@-]*`)]
/** Of a device's code. */
export const tokenCodeRules = [lengthAtLeast(6), lengthAtMost(6), matches(String.raw`[\d]*`)]

/** Without a device no code can be right. */
export function refuseMfa(serialNumber: string | null, tokenCode: string | null): void {
  if (serialNumber === null && tokenCode === null) return
  throw new Fault(
    403,
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  )
}
